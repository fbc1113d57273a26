"""Which metric a question names: by the words, by what is asked about, and of two the more special one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sales.language.lexicon import Cue
from sales.language.questions_named import About
from sales.metrics.query import TargetKind

# Of two metrics that are named as clearly, the more special one: 在手商机覆盖 is coverage, 应收回款 is receivable.
_RANK = (
    "lost_reasons", "receivable", "payments", "coverage", "weighted_pipeline", "win_rate", "conversion", "cycle_days",
    "average_deal", "overdue", "at_risk", "new_opportunities", "forecast", "gap", "attainment", "activities", "todo",
    "history", "won_count", "pipeline", "won", "quota", "overview",
)  # fmt: skip
FIRM = 3
PLAIN = 2
RECORDS = (TargetKind.ACCOUNT, TargetKind.OPPORTUNITY)
WHOLE = frozenset({"quota", "gap", "attainment", "coverage"})
"""What only units and people have."""


def weights_of(cues: Sequence[Cue]) -> dict[str, int]:
    """How clearly each metric is named."""
    found: dict[str, int] = {}
    for cue in cues:
        parts = cue.family.split(".")
        if not parts[-1].isdigit():
            continue
        name = "activities" if parts[0] == "act" else parts[0]
        found[name] = max(found.get(name, 0), int(parts[-1]))
    return found


def metric_of(weights: dict[str, int], about: About, cues: Sequence[Cue], text: str) -> tuple[str | None, int]:
    """The metric, and how clearly it is named (0 to 3)."""
    found = dict(weights)
    record = any(kind in about.found for kind in RECORDS)
    product = TargetKind.PRODUCT in about.found and not any(
        kind in about.found for kind in (TargetKind.ORG_UNIT, TargetKind.USER)
    )
    if record:
        # a customer has no quota: 鸿筑进度怎么样 is about its deals
        moved = max([found.pop(name, 0) for name in WHOLE] + [found.pop("overview", 0)])
        if moved:
            found["history"] = max(found.get("history", 0), moved)
        if found.get("history", 0) >= PLAIN and found.get("won", 0) <= PLAIN and not _amount_asked(text):
            found.pop("won", None)
            found.pop("pipeline", None)
    else:
        if found.get("history", 0) == PLAIN:
            found["overview"] = max(found.get("overview", 0), found.pop("history"))
        elif found.get("history", 0) and not _only_history(text):
            found["overview"] = max(found.get("overview", 0), PLAIN)
            found.pop("history")
    if product and found.get("won", 0) >= PLAIN:
        found.pop("overview", None)
    if any(c.family == "by.type" and "活动" in c.phrase for c in cues):
        found["activities"] = FIRM  # 各类活动: the longer phrase stands for the shorter
    if found.get("pipeline") == 1 and _IN_HAND.search(text):
        found["pipeline"] = PLAIN
    if _FROM_GOAL.search(text):
        found["gap"] = FIRM
    if _LOST.search(text) and _WHY.search(text):
        found["lost_reasons"] = FIRM
    _settle_pairs(found, cues, text)
    if record and found.get("activities", 0) == FIRM and not _TIMES.search(text) and not _typed(cues):
        found["history"] = found.pop("activities")  # 那单之前都做过哪些动作: what has happened, not how often
    best = max(found.values(), default=0)
    if best <= 1:
        return _weakly(found, cues, text) if best else None, best
    return next((name for name in _RANK if found.get(name) == best), None), best


_CLOSABLE = re.compile(
    r"(?a)能(?:签|成|拿下|落|close|sign|land)[^多几]{0,2}的.{0,4}(?:在手|商机|单子|盘子|pipeline|pipe|deal|opp)"
)
_PIPELINE = re.compile(r"(?a)pipeline|\bpipe\b|在手|盘子|漏斗")
_IN_HAND = re.compile(
    r"(?a)手上|手里|手头|名下|还在|没签|\bopen\b|\blive\b|多少钱|金额|总额|值多少|\bhow much\b|\bworth\b|\bvalue\b"
)
_FROM_GOAL = re.compile(r"(?a)(?:离|距离?)[^，,。]{0,14}(?:目标|指标|任务|达标|\btarget\b|\bquota\b|\bplan\b)")
_LOST = re.compile(r"(?a)丢|输(?!入|出)|失单|\blos[et]|\blosing\b|\bloss")
_WHY = re.compile(r"(?a)原因|为什么|为啥|为何|怎么回事|咋回事|因为[啥什]|\bwhy\b|\breasons?\b|\bhow come\b")
_TIMES = re.compile(r"(?a)几[次趟回遍]|多少[次趟回遍]|次数|\bhow (?:many|often)\b|\bcount\b|\bnumber of\b")


_NOTHING_PAID = re.compile(
    r"(?a)谁.{0,8}(?:回款|到账|收款|款).{0,6}没|谁.{0,8}没.{0,4}(?:回款|到账|收款|进账|收到)|who (?:has|had|have)?n?[o']?t? ?(?:collected|no payments|no cash)"
)


def _typed(cues: Sequence[Cue]) -> bool:
    return any(c.family.startswith("act.") for c in cues)


_BIGGEST_SIGNED = re.compile(
    r"(?<![没未待要])签[了的下].*最大|最大.*(?<![没未待要])签[了的下]|(?:biggest|largest|top) .*(?:won|signed|closed)"
)
_COUNT_OF = re.compile(r"(?a)\bhow many\b|\bnumber of\b|# of|\bcount of\b|几[单个笔家份张]|多少[单个笔家份张]")
_SUM_OF = re.compile(r"(?a)\bhow much\b|\bamount\b|\bvalue\b|\brevenue\b|额|多少钱|多少万|\$")


def _settle_pairs(found: dict[str, int], cues: Sequence[Cue], text: str) -> None:
    """Words that mean something else beside each other."""
    if found.get("lost_reasons", 0) == PLAIN and not re.search(r"(?a)丢|输|失|流失|\blos", text):
        found.pop("lost_reasons")
    if (
        "forecast" in found
        and "gap" in found
        and re.search(r"(?a)才能|才可以|还差|差多少|to hit|to make|to reach", text)
    ):
        found.pop("forecast")
    if (
        "forecast" in found
        and (found.get("pipeline", 0) >= FIRM or _PIPELINE.search(text))
        and (_CLOSABLE.search(text) or not re.search(r"(?a)能签|能做|能完成|预测|forecast|land", text))
    ):
        found.pop("forecast")  # 预计下季度签的在手商机: open deals by their close date
    if "forecast" in found and "won" in found:
        found.pop("won")
    if "won" in found and "won_count" not in found and _COUNT_OF.search(text) and not _SUM_OF.search(text):
        found["won_count"] = found.pop("won")
    if "gap" in found and "quota" in found and "attainment" not in found:
        found.pop("quota")
    if "overdue" in found and re.search(r"(?a)款|账|钱|payment|invoice|receivable|\bar\b", text):
        found["receivable"] = max(found.get("receivable", 0), found.pop("overdue"))
    if "receivable" in found and "payments" in found and found["receivable"] >= found["payments"]:
        found.pop("payments")
    if "todo" in found and "overdue" in found:
        found.pop("todo")
    if "new_opportunities" in found:
        for name in ("pipeline", "won"):
            if found.get(name, 0) <= PLAIN:
                found.pop(name, None)
    if found.get("pipeline") == PLAIN and _BIGGEST_SIGNED.search(text):
        found["won"] = max(found.get("won", 0), found.pop("pipeline"))  # 今年签的最大的单子
    if "won_count" in found and found.get("pipeline", 0) >= PLAIN and re.search(r"\bopen\b", text):
        found.pop("won_count")  # how many deals have we got open
    if "won_count" in found and found["won_count"] >= found.get("won", 0) and "won" in found:
        found.pop("won")
    if found.get("won_count") == PLAIN and "won" not in found and "pipeline" in found and found["pipeline"] >= PLAIN:
        found.pop("won_count")
    if "quota" in found and "won" in found and found["quota"] >= found["won"]:
        # 签了多少，占指标多少: what was signed of the quota
        found["attainment"] = (
            max(found.get("attainment", 0), found.pop("quota")) if "attainment" in found else found["quota"]
        )
    if found.get("activities") == PLAIN and {"won", "won_count", "pipeline", "payments"} & found.keys():
        found.pop("activities")  # what did EMEA sign
    families = {c.family for c in cues}
    if found.get("receivable") and "by.user" in families and _NOTHING_PAID.search(text):
        found.pop("receivable")
        found["payments"] = FIRM  # 这个月谁一分回款都没有
    if "activities" in found and {"win_rate", "conversion", "cycle_days", "average_deal"} & found.keys():
        found.pop("activities")


def _weakly(found: dict[str, int], cues: Sequence[Cue], text: str) -> str | None:
    """Only words that go with a metric: 手上的商机, 我的跟进, the quota."""
    if (
        re.search(r"(?a)多少|几个|几条|总共|一共|多大|金额|how (?:much|many)|total|list|show|哪些|有啥|有什么", text)
        or len(text) < 14
    ):
        for name in ("todo", "pipeline", "quota"):
            if name in found:
                return name
    return "overview" if found.keys() == {"overview"} else None


def _only_history(text: str) -> bool:
    return bool(re.search(r"(?a)上次|上一次|最后一次|last (?:time|contact|visit|touch|met|spoke)", text))


def _amount_asked(text: str) -> bool:
    return bool(
        re.search(
            r"(?a)签|卖|买|下单|成交|赢|多少钱|多少|业绩|won|sold|bought|signed|closed|how much|revenue|book", text
        )
    )

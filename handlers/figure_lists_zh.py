"""Chinese for lists, for an overview, for where a figure came from, and for what can't be answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers.phrases_zh import TYPES
from sales.metrics.problems import Cause, Flag
from sales.metrics.query import GroupBy
from sales.stages import ActivityType, Stage

_STAGES = {
    Stage.LEAD: "线索", Stage.QUALIFIED: "立项", Stage.SOLUTION: "方案", Stage.PROPOSAL: "报价投标",
    Stage.NEGOTIATION: "商务谈判", Stage.WON: "赢单", Stage.LOST: "丢单",
}  # fmt: skip
_FLAGS = {
    Flag.PAST_CLOSE: "过了预计签约日", Flag.PUSHED: "反复推迟", Flag.STALLED: "停滞", Flag.NO_VISIT: "大单近期没见面",
    Flag.SINGLE_THREADED: "大单只有单线联系",
}  # fmt: skip
_CAUSES = {
    Cause.PIPELINE: "在手商机少", Cause.ACTIVITY: "跑动少", Cause.CONVERSION: "赢单率低", Cause.UNCLEAR: "原因不明显",
}  # fmt: skip
_MEASURES = {Cause.PIPELINE: "在手对指标", Cause.ACTIVITY: "人均活动", Cause.CONVERSION: "赢单率"}
_MOVED = (("won", "新签 {} 单"), ("created", "新增 {} 个商机"), ("lost", "丢 {} 单"), ("pushed", "推迟 {} 单"))
_FIELDS = {
    "amount": "金额", "stage": "阶段", "close_date": "预计签约", "probability": "把握", "date": "日期", "due": "到期日",
    "type": "方式", "text": "内容", "status": "状态", "summary": "沟通内容", "lost_reason": "丢单原因", "name": "名称",
    "contacts": "联系人", "products": "产品", "competitors": "对手", "account": "客户", "owner": "负责人",
}  # fmt: skip


class ChineseLists:
    def stage(self, stage: Stage) -> str:
        return _STAGES[stage]

    def flag(self, flag: str) -> str:
        return _FLAGS[Flag(flag)] if flag in set(Flag) else flag

    def deal(
        self, account: str, name: str, stage: str, amount: str | None, close: str | None, flags: str, owner: str
    ) -> str:
        who = " ".join(part for part in (account, name) if part)
        facts = " · ".join(part for part in (stage, amount, close or "没定签约日") if part)
        return f"{who}：{facts}" + (f" · {flags}" if flags else "") + (f"（{owner}）" if owner else "")

    def closes(self, stage: Stage, day: str) -> str:
        return f"{day} 签的" if stage is Stage.WON else f"{day} 丢的" if stage is Stage.LOST else f"预计 {day}"

    def event(self, day: str, who: str, account: str, what: str, text: str) -> str:
        told = " ".join(part for part in (day, account, what) if part) + (f"（{who}）" if who else "")
        return f"{told}：{text}" if text else told

    def activity(self, kind: ActivityType | None, people: Sequence[str]) -> str:
        done = TYPES[kind] if kind is not None else "联系"
        return f"{done} {'、'.join(people)}" if people else done

    def reached(self, stage: str, amount: str | None) -> str:
        return f"进入{stage}" + (f" {amount}" if amount else "")

    def paid(self, amount: str, *, expected: bool) -> str:
        return f"{'应收' if expected else '回款'} {amount}".strip()

    def promise(self, *, done: bool) -> str:
        return "做完了" if done else "待办"

    def created(self, amount: str | None) -> str:
        return "新建商机" + (f" {amount}" if amount else "")

    def todo(self, account: str, text: str, due: str, overdue: str, who: str) -> str:
        late = f"，逾期 {overdue}" if overdue else ""
        whose = f"，{who}" if who else ""
        told = text if not account or account in text else f"{account}：{text}"
        return f"{told}（{due}{late}{whose}）"

    def late_among(self, count: str) -> str:
        return f"逾期 {count} 条"

    def worth(self, amount: str) -> str:
        return f"共 {amount}"

    def no_due(self) -> str:
        return "没定日期"

    def did(self, who: str, period: str, what: str, count: str, accounts: Sequence[str], more: str) -> str:
        whom = f"，{'、'.join(accounts)}{f' 等 {more} 家' if more else ''}" if accounts else ""
        return f"{who}{' ' if period else ''}{period}：{what or '客户活动'} {count} 次{whom}"

    def did_nothing(self, who: str, period: str, what: str) -> str:
        return f"{who}{' ' if period else ''}{period}：没有记下{what or '客户活动'}"

    def last_events(self, scope: str, count: str, latest: str) -> str:
        return f"{scope} 最近：{latest}"

    def no_history(self, scope: str) -> str:
        return f"{scope}：还没记下过什么"

    def more_events(self, count: str) -> str:
        return f"还有 {count} 条"

    # an overview

    def standing(
        self, scope: str, period: str, attainment: str | None, elapsed: str, won: str, gap: str | None, *, met: bool
    ) -> str:
        time = f"时间已过 {elapsed}"
        if attainment is None:
            return f"{scope} {period}：签约 {won}，{time}（没有下达指标）"
        end = "，指标已完成" if met else f"，缺口 {gap}" if gap else ""
        return f"{scope} {period}：达成 {attainment}，{time}{end}"

    def outlook(self, forecast: str, quota: str | None, coverage: str | None, pipeline: str) -> str:
        first = f"预测 {forecast} / 指标 {quota}" if quota else f"预测 {forecast}"
        return f"{first}；" + (f"在手可覆盖缺口 {coverage}" if coverage else f"在手 {pipeline}")

    def lagging(self, parts: Sequence[str]) -> str:
        return f"拖后：{'；'.join(parts)}"

    def lag(self, name: str, attainment: str, owner: str, cause: str) -> str:
        inner = "，".join(part for part in (attainment, owner) if part)
        return f"{name}（{inner}）" + (f"，{cause}" if cause else "")

    def cause(self, cause: Cause, own: str, peers: str) -> str:
        if cause is Cause.UNCLEAR:
            return ""
        told = f"（{_MEASURES[cause]} {own}，同级 {peers}）" if own and peers else ""
        return f"主因{_CAUSES[cause]}{told}"

    def week_moved(self, moved: Mapping[str, tuple[str, str | None]]) -> str:
        told = []
        for name, phrase in _MOVED:
            if name in moved:
                count, amount = moved[name]
                told.append(phrase.format(count) + (f" {amount}" if amount else ""))
        return f"{self.last_week()}：" + ("，".join(told) if told else "没有新签、新增、丢单和推迟")

    def last_week(self) -> str:
        return "近一周"

    def urgent(self, items: Sequence[str]) -> str:
        return f"要紧：{' '.join(items)}"

    def slipping_deal(
        self, account: str, amount: str | None, close: str | None, stage: str, flag: str, owner: str, *, past: bool
    ) -> str:
        who = " ".join(part for part in (account, amount) if part)
        if past and close:
            return f"{who} 过了 {close} 还在{stage}" + (f"（{owner}）" if owner else "")
        due = f"{close} 到期" if close else ""
        told = "，".join(part for part in (due, f"仍在{stage}", flag) if part)
        return f"{who} {told}" + (f"（{owner}）" if owner else "")

    def deals_of(self, owner: str, count: str, amount: str, flag: str) -> str:
        told = "，".join(part for part in (f"共 {amount}" if amount else "", f"多是{flag}" if flag else "") if part)
        return f"{_apart(owner)}{count} 个商机有风险" + (f"（{told}）" if told else "")

    def overdue_of(self, owner: str, count: str) -> str:
        return f"{_apart(owner)}{count} 条跟进逾期"

    def overdue_left(self, count: str) -> str:
        return f"逾期跟进 {count} 条"

    def misses(self, name: str, owner: str, attainment: str, cause: str) -> str:
        who = f"（{owner}）" if owner and owner != name else ""
        return (
            f"{name}{who}连着没完成" + (f"，这期 {attainment}" if attainment else "") + (f"，{cause}" if cause else "")
        )

    def falls(self, product: str, now: str, before: str) -> str:
        return f"{product}下滑" + (f"（以往 {before}，现在 {now}）" if now and before else "")

    # behind a figure

    def behind(self, scope: str, period: str, title: str, count: str) -> str:
        return f"{scope} {period}{' ' if period else ''}{title}，由 {count} 条记录算出："

    def nothing_behind(self, scope: str, period: str, title: str) -> str:
        return f"{scope} {period}{' ' if period else ''}{title}：背后没有记录"

    def quota_row(self, name: str, month: str, amount: str) -> str:
        return f"{name} {month}指标 {amount}"

    def field(self, name: str) -> str:
        return _FIELDS.get(name, name)

    def source(self, what: str, value: str, day: str, who: str, words: Sequence[str]) -> str:
        said = "、".join(f"「{word}」" for word in words)
        told = f"{what} {value}：{day}{f' {who}' if who else ''}报的"
        return f"{told}，原话{said}" if said else told

    def imported(self, what: str, value: str, day: str) -> str:
        return f"{what} {value}：{day} 导入的"

    def message(self, text: str) -> str:
        return f"原文：{text}"

    def no_source(self) -> str:
        return "没有可看的原文：这条不是从消息里记的"

    def came_from(self, record: str) -> str:
        return f"{record} 的来历：" if record else "来历："

    # what can't be answered

    def denied(self, unit: str | None, *, below: bool) -> list[str]:
        own = (
            "你可以问你自己的数字和你名下的客户。"
            if unit is None
            else f"你可以问{unit}{'和下面各办' if below else ''}的。"
        )
        return [f"这个范围我不能给你看。{own}"]

    def not_found(self, unit: str | None) -> list[str]:
        own = "你可以问你自己的数字和你名下的客户。" if unit is None else f"你可以问{unit}范围里的客户和商机。"
        return [f"这个我没有能给你看的。{own}"]

    def not_understood(self, read: str, *, nearest: bool) -> list[str]:
        what = f"「{read}」" if read else "这句"
        return [f"{what}我没读懂要看哪个数。" + ("是想问这些吗？" if nearest else "说清看谁、看什么、哪段时间就行。")]

    def withheld(self) -> str:
        return "这个数我对不上，先不报。管理员看日志就知道是哪一处"

    # buttons

    def button_why(self) -> str:
        return "怎么来的"

    def button_picture(self) -> str:
        return "图"

    def button_all(self, count: str) -> str:
        return f"全部 {count} 个"

    def button_before(self, name: str) -> str:
        return f"比{name}"

    def button_at_risk(self) -> str:
        return "风险商机"

    def button_split(self, by: GroupBy) -> str:
        return {
            GroupBy.ORG_UNIT: "看各单位", GroupBy.USER: "看每个人", GroupBy.ACCOUNT: "看客户", GroupBy.MONTH: "看各月",
            GroupBy.STAGE: "看阶段", GroupBy.PRODUCT: "看产品", GroupBy.TYPE: "看方式", GroupBy.WEEK: "看各周",
            GroupBy.COMPETITOR: "看对手",
        }[by]  # fmt: skip

    def button_source(self) -> str:
        return "看原话"

    def nearest(self, scope: str, period: str, title: str) -> str:
        return f"{scope} {period}{' ' if period else ''}{title}"


def _apart(name: str) -> str:
    """A number stands off from a name, not from a bracket."""
    return name if name.endswith("）") else f"{name} "

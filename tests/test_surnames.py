"""Surname and title: who is mentioned, what only looks like it, and which contact is meant. All people are invented."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sales.language.surnames import find_person_titles, match_contacts, mistyped_surnames, ranks_of
from sales.language.text import normal
from sales.language.titles import titles
from sales.people import Contact


@pytest.mark.parametrize(
    ("said", "words", "surname", "given", "rank"),
    [
        ("下午见了翟总，他同意", "翟总", "翟", "", "chief"),
        ("栾处那边还没批", "栾处", "栾", "", "division"),
        ("跟邱工对了接口", "邱工", "邱", "", "engineer"),
        ("找覃主任谈", "覃主任", "覃", "", "office"),
        ("樊经理回复了", "樊经理", "樊", "", "manager"),
        ("岳姐帮忙约的", "岳姐", "岳", "", "polite"),
        ("峰哥请吃饭", "峰哥", "", "峰", "polite"),
        ("老邹来电话", "老邹", "邹", "", "familiar"),
        ("小霍负责测试", "小霍", "霍", "", "familiar"),
        ("阿彪跟进", "阿彪", "", "彪", "familiar"),
        ("夏侯总点头了", "夏侯总", "夏侯", "", "chief"),
        ("令狐经理说行", "令狐经理", "令狐", "", "manager"),
        ("滕院长在开会", "滕院长", "滕", "", "dean"),
        ("贺老师建议再看看", "贺老师", "贺", "", "teacher"),
        ("孟科长盖章", "孟科长", "孟", "", "section"),
        ("跟戴教授讨论", "戴教授", "戴", "", "professor"),
        ("龚老板爽快", "龚老板", "龚", "", "owner"),
        ("潘董拍板", "潘董", "潘", "", "chair"),
        ("史局过问了", "史局", "史", "", "bureau"),
        ("钱行长签字", "钱行长", "钱", "", "bank"),
        ("任总工看图纸", "任总工", "任", "", "chief_engineer"),
        ("严厂很满意", "严厂", "严", "", "factory"),
        ("倪博士来讲课", "倪博士", "倪", "", "doctor"),
        ("赵副处长接待", "赵副处长", "赵", "", "division"),
        ("王副总没意见", "王副总", "王", "", "deputy"),
        ("老熊总亲自来了", "老熊总", "熊", "", "chief"),
        ("跟于总吃饭", "于总", "于", "", "chief"),
        ("付了80万钱总很满意", "钱总", "钱", "", "chief"),
        # the title and the word after it
        ("邵总结束了会议", "邵总", "邵", "", "chief"),
        ("邵总部署下去了", "邵总", "邵", "", "chief"),
        ("邵总监督很严", "邵总", "邵", "", "chief"),
        ("邵总监说没问题", "邵总监", "邵", "", "director"),
        ("邵总工期卡得紧", "邵总", "邵", "", "chief"),
        ("邵总会来", "邵总", "邵", "", "chief"),
        ("邵工程师", "邵工程师", "邵", "", "engineer"),
        # the full name beside it
        ("裴岚裴工到了", "裴岚裴工", "裴", "岚", "engineer"),
        ("裴工（裴岚）到了", "裴工(裴岚)", "裴", "岚", "engineer"),
        ("陶立群陶总", "陶立群陶总", "陶", "立群", "chief"),
        ("章建军经理", "章建军经理", "章", "建军", "manager"),
        ("郭海燕姐", "郭海燕姐", "郭", "海燕", "polite"),
        ("纪江总", "纪江总", "江", "", "chief"),
        # latin
        ("Derek总定了", "derek总", "", "derek", "chief"),
        ("yvonne姐", "yvonne姐", "", "yvonne", "polite"),
        ("tan先生", "tan先生", "tan", "", "polite"),
        ("spoke with Mr. Teoh today", "mr. teoh", "teoh", "", "polite"),
        ("Mdm Koh's assistant", "mdm koh", "koh", "", "polite"),
        ("Datuk Seri Yeoh agreed", "datuk seri yeoh", "yeoh", "", "honour"),
        ("dr fernandez called", "dr fernandez", "fernandez", "", "doctor"),
        ("met mr aaron teh and ms low", "ms low", "low", "", "polite"),
        ("Encik Razak", "encik razak", "razak", "", "polite"),
        ("met mr david teo today", "mr david teo", "teo", "david", "polite"),
    ],
)
def test_mentions(said: str, words: str, surname: str, given: str, rank: str) -> None:
    text = normal(said).text
    found = [(text[m.start : m.end], m.surname, m.given, m.rank) for m in find_person_titles(text)]
    if words == "纪江总":  # 纪 may end what was said before, or be the surname of 纪江
        assert found in ([(words, "纪", "江", rank)], [("江总", "江", "", rank)])
    else:
        assert (words, surname, given, rank) in found


@pytest.mark.parametrize(
    "said",
    [
        "高工作强度很大", "写完周总结", "上周总结", "本周总结会", "张总结一下", "关总部什么事", "向总部汇报",
        "周会改到明天", "何时签", "何处", "安全方案", "成本和金额", "平台时间", "项目经理说", "客户经理",
        "产品经理", "应该全部", "陆续到货", "正常工作", "和总监聊", "和经理说", "与总经理沟通", "请经理确认",
        "关于总体方案", "由于工期紧", "对于总价", "老客户", "小项目", "小样", "老样子", "小程序", "老毛病",
        "小时", "安全总监", "技术总监", "江苏经理", "云南总监", "施工", "员工", "老师说", "帅哥", "大姐",
        "大哥", "小姐", "crm经理", "it总监", "老方案", "小金额", "全国总经理", "阿里", "阿姨",
        "miss the deadline", "sir said no", "ms excel", "马上", "经理", "主任不在", "销售总监来了",
        "第一季度总额", "由总部统一", "高校扩招", "行业平均", "处理好了", "工厂在扩建", "科技部门", "院方要求",
        "局部调整", "部分付款",
    ],
)  # fmt: skip
def test_what_only_looks_like_it(said: str) -> None:
    assert find_person_titles(normal(said).text) == []


def test_several_in_one_sentence() -> None:
    text = "尹主任、夏工和左总都在，缪处没来"
    assert [text[m.start : m.end] for m in find_person_titles(text)] == ["尹主任", "夏工", "左总", "缪处"]


CONTACTS = [
    Contact("gm", "x", "栾志远", "总经理"),
    Contact("vp", "x", "栾蓉", "副总经理"),
    Contact("buyer", "x", "栾川", "采购经理"),
    Contact("eng", "x", "裴岚", "电气工程师"),
    Contact("it", "x", "滕立群", "信息科主任"),
    Contact("md", "x", "Derek Teoh", "Managing Director"),
    Contact("proc", "x", "Koh Siew Lan", "Procurement Director", ("Auntie Lan",)),
    Contact("zh-en", "x", "龚雪 Sherry", "财务总监", ("龚姐",)),
]


def ids(said: str, contacts: list[Contact] = CONTACTS) -> list[str]:
    return [contact.id for contact, _ in match_contacts(said, contacts)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("栾总", {"gm", "vp"}),
        ("栾经理", {"buyer"}),
        ("老栾", {"gm", "vp", "buyer"}),
        ("栾志远", {"gm"}),
        ("栾志元", {"gm"}),
        ("志远", {"gm"}),
        ("栾志远栾总", {"gm"}),
        ("裴工", {"eng"}),
        ("裴岚裴工", {"eng"}),
        ("培工", {"eng"}),
        ("滕主任", {"it"}),
        ("腾主任", {"it"}),
        ("群哥", {"it"}),
        ("Derek", {"md"}),
        ("derek总", {"md"}),
        ("Mr Teoh", {"md"}),
        ("Ms Koh", {"proc"}),
        ("auntie lan", {"proc"}),
        ("siew lan", {"proc"}),
        ("sherry", {"zh-en"}),
        ("龚雪", {"zh-en"}),
        ("龚姐", {"zh-en"}),
        ("龚总", {"zh-en"}),
        ("luan zhiyuan", {"gm"}),
        ("zhiyuan", {"gm"}),
        ("罗总", set()),
        ("王志远来了", set()),
        ("", set()),
        ("今天没见到人", set()),
    ],
)
def test_which_contact(said: str, expected: set[str]) -> None:
    assert set(ids(said)) == expected


def test_two_addressed_alike_stay_about_equal() -> None:
    scores = [score for _, score in match_contacts("栾总", CONTACTS)]
    assert max(scores) - min(scores) < 0.05
    two = [Contact("a", "x", "麦建国", "总经理"), Contact("b", "x", "麦敏", "采购总监")]
    assert set(ids("麦总", two)) == {"a", "b"}


def test_the_same_surname_beats_its_homophone() -> None:
    both = [Contact("same", "x", "章岚", "总经理"), Contact("alike", "x", "张岚", "总经理")]
    assert ids("章总", both) == ["same"]
    ((only, score),) = match_contacts("章总", both[1:])
    assert only.id == "alike"
    assert score < 0.7


def test_an_alias_is_as_good_as_a_name() -> None:
    assert match_contacts("峰哥", [Contact("a", "x", "祁连", "司机", ("峰哥",))])[0][1] == 1.0


def test_another_given_name_is_another_person() -> None:
    ((_, score),) = match_contacts("栾蓉栾总", [Contact("gm", "x", "栾志远", "总经理")])
    assert score < 0.4


def test_mistyped_surnames_help_to_find_the_mention() -> None:
    text = "下午腾主任来电"
    assert find_person_titles(text) == []
    (mention,) = find_person_titles(text, also=mistyped_surnames(text, CONTACTS))
    assert text[mention.start : mention.end] == "腾主任"
    assert [c.id for c, _ in match_contacts(mention, CONTACTS)] == ["it"]


@pytest.mark.parametrize(
    ("title", "ranks"),
    [
        ("信息部副总经理", {"deputy", "technical"}),
        ("General Manager", {"gm"}),
        ("IT Manager", {"manager", "technical"}),
        ("Vice President, Sales", {"deputy"}),
        ("电气工程师", {"engineer"}),
        ("党委书记", {"secretary"}),
        ("", set()),
        ("志愿者", set()),
    ],
)
def test_titles_on_record(title: str, ranks: set[str]) -> None:
    assert ranks_of(title) == ranks


def test_every_class_that_fits_names_exists() -> None:
    spoken = {*titles().spoken.values(), *titles().before.values()}
    recorded = {rank for _, rank in titles().on_record} | {"chief"}
    for said, fits in titles().fits.items():
        assert said in spoken
        assert set(fits) <= recorded, said


# --- properties

NAMES = st.text("王李欧阳老小阿总经理工主任处长院张志远建国的了在 mrtandr.，、()", max_size=20)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=40), NAMES))
def test_never_raises_and_mentions_do_not_overlap(text: str) -> None:
    at = 0
    for mention in find_person_titles(text):
        assert at <= mention.start < mention.end <= len(text)
        assert mention.surname or mention.given
        at = mention.end
    match_contacts(text, CONTACTS)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from("赵孙陈蒋韩杨朱秦许吕曹谢邹潘葛范彭鲁韦苗俞袁柳鲍费廉岑薛雷贺倪汤滕罗毕郝邬"),
    st.sampled_from(["总", "经理", "主任", "工程师", "处长", "院长", "老师", "董事长", "总监"]),
    st.sampled_from(["下午去见了", "和", "找", "，", "", "电话里", "给"]),
    st.sampled_from(["，约了周三", "说价格偏高", "觉得可以", "。", "", "同意了", "要看报价"]),
)
def test_surname_and_title_are_found_in_any_sentence(surname: str, title: str, before: str, after: str) -> None:
    text = before + surname + title + after
    found = [(m.start, m.end, m.surname, m.given) for m in find_person_titles(text)]
    assert found == [(len(before), len(before) + len(surname + title), surname, "")]

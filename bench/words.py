"""Material for invented companies and reports: what names of firms and people, and what reps say, is made of.

Kept apart from the product's own lists on purpose: names made only of words that the reader knows would flatter it.
"""

from __future__ import annotations


def _words(text: str, sep: str = " ") -> tuple[str, ...]:
    return tuple(text.split(sep))


CITIES = _words(
    "北京 上海 天津 重庆 广州 深圳 杭州 南京 苏州 无锡 常州 宁波 温州 嘉兴 绍兴 台州 金华 合肥 芜湖 福州 厦门 泉州 "
    "南昌 九江 赣州 济南 青岛 烟台 潍坊 临沂 淄博 济宁 郑州 洛阳 新乡 武汉 宜昌 襄阳 长沙 株洲 岳阳 衡阳 东莞 佛山 "
    "中山 珠海 惠州 南宁 柳州 桂林 海口 成都 绵阳 德阳 宜宾 贵阳 遵义 昆明 曲靖 西安 宝鸡 咸阳 兰州 西宁 银川 "
    "乌鲁木齐 太原 大同 长治 石家庄 唐山 保定 沧州 邯郸 沈阳 大连 鞍山 长春 吉林 哈尔滨 大庆 呼和浩特 包头 鄂尔多斯 "
    "徐州 南通 扬州 盐城 泰州 镇江 湖州 义乌 昆山 常熟 张家港"
)

# Characters that firms like in their names; the first ones more often than the last.
BRAND = (
    "华盛信达科创新宏远恒泰瑞丰源博诚鼎安康联通智慧云海天龙金银铭星宇辰瀚峰川润泽嘉佳美优卓越凯旋腾飞翔鹏程锦绣祥福"
    "禄和顺兴隆昌荣茂中国东方南北西江河山水火木林森石玉珠宝光明亮晨曦朝阳日月正大同心力合众聚元亨利贞吉庆欣悦雅韵文"
    "德仁义礼道立志远谋致广万千百亿伟雄豪杰英俊强健永久长青松柏竹梅兰菊莲荷桂枫桥帆航舟港湾湖洋浪潮波涛澜清源泉流溪"
    "谷岭岳岩磐坤乾震巽离坎艮兑"
)
# Ordinary words that are firms all the same: what they break, they break by accident.
ORDINARY_BRANDS = _words(
    "三月 五月花 周五 明天 今天 好客户 方案 未来 希望 机会 第一 百分百 九点 一起 合同 大家 新希望 上午 万家 十月稻田 "
    "双十 月底 老板 老王 小米粒 七天 全时 六一 元旦 开心 下一站 点点 千万家 八百里 半亩 百亿"
)
TRADES = _words(
    "科技 电子 机械 精密机械 自动化 智能装备 汽车零部件 新材料 化工 精细化工 医药 生物科技 医疗器械 食品 饮料 乳业 "
    "纺织 服饰 家居 建材 陶瓷 玻璃 钢铁 铝业 矿业 能源 新能源 电力设备 电气 光伏 半导体 光电 仪器仪表 软件 信息技术 "
    "网络科技 数据 通信 物流 供应链 冷链物流 仓储 物业 置业 建设工程 装饰工程 环保 水务 燃气 热力 农业科技 饲料 种业 "
    "纸业 包装 印刷 橡胶 轮胎 涂料 照明 模具 轴承 阀门 泵业 电缆 船舶重工 航空 轨道交通 酒店管理 商贸 进出口 实业 "
    "文化传媒 教育科技 检测技术 节能 石化 制冷设备 起重机械 塑胶制品 五金制品 金属制品 电梯 锅炉 机床 焊接"
)
LEGAL = _words("有限公司 有限公司 有限公司 股份有限公司 集团有限公司 有限责任公司 集团股份有限公司 （中国）有限公司")
INSTITUTIONS = _words(
    "市第{n}人民医院 市中医院 市妇幼保健院 市中心医院 大学附属第{n}医院 理工大学 师范大学 职业技术学院 第{n}中学 "
    "外国语学校 农村商业银行股份有限公司 银行股份有限公司 市公安局 市水务集团有限公司 地铁集团有限公司 供电公司 "
    "市大数据管理局 市行政审批局 港务集团有限公司 机场集团有限公司 烟草公司 市城市建设投资集团有限公司 "
    "高新技术产业开发区管理委员会 市公共交通集团有限公司 市自来水有限公司 市{n}区教育局 博物馆 图书馆"
)
NUMBERS = _words("一 二 三 四 五 六 七 八 九 十")

SURNAMES = _words(
    "王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧 程 曹 袁 邓 许 傅 沈 "
    "曾 彭 吕 苏 卢 蒋 蔡 贾 丁 魏 薛 叶 阎 余 潘 杜 戴 夏 钟 汪 田 任 姜 范 方 石 姚 谭 廖 邹 熊 金 陆 郝 孔 白 崔 "
    "康 毛 邱 秦 江 史 顾 侯 邵 孟 龙 万 段 雷 钱 汤 尹 黎 易 常 武 乔 贺 赖 龚 文 庞 樊 殷 施 洪 温 季 单 解 查 "
    "欧阳 司马 上官 诸葛 司徒 游 乐 时 成 应 高 水 年 向 明 安"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国文辉力志凤琴云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞"
    "莉晨曦宇浩轩子涵梓萱雨欣怡思海波鹏飞峰斌鑫宁波东旭光亮晓春冬梅永康永生家豪俊彦博文天翔立新国庆跃进卫东继红"
)
TITLES = _words(
    "总经理 副总经理 董事长 采购经理 采购总监 采购 信息部主任 信息科科长 IT经理 技术总监 总工程师 工程师 生产厂长 "
    "厂长 设备部部长 设备科长 财务总监 财务经理 项目经理 质量经理 研发总监 运营总监 处长 主任 院长 副院长 书记 校长 "
    "办公室主任 基建科长"
)
TITLES_EN = _words(
    "CEO|CFO|CIO|CTO|Head of Procurement|Procurement Manager|IT Manager|Plant Manager|Operations Director|"
    "Engineering Lead|VP Supply Chain|General Manager|Finance Director|Buyer|Quality Manager|Project Manager|"
    "Facilities Manager",
    sep="|",
)
NICKNAMES = _words("姐 哥 工 总")

COINED = _words(
    "al be cor den ever fal gra hel in jor kel lum mar nor ori pel quan ris sol tar um ver wes xan yor zen bril sten "
    "wat fel rid hal mon tri vex ard eth lin dor sax pro nex cel tor vin"
)
PLAIN_EN = _words(
    "bright north summit harbor river stone blue green golden silver first united global pacific atlantic eastern "
    "western royal prime apex delta omega alpha crown eagle falcon lion cedar maple oak willow iron steel copper "
    "crystal horizon sunrise liberty heritage pioneer frontier evergreen clear swift noble grand next may june "
    "friday target orange square monday coral amber ivory granite marble timber meadow valley prairie canyon lagoon "
    "bay cape island coast anchor beacon compass lantern lighthouse bridge gate tower castle keystone corner hilltop "
    "lakeside riverside woodland parkway metro union civic premier select sterling trident titan atlas orion nova "
    "stellar solar lunar arctic tropic zenith quantum vector matrix fusion vertex catalyst pinnacle vanguard "
    "sentinel guardian"
)
TRADES_EN = _words(
    "Logistics Foods Engineering Manufacturing Systems Technologies Pharma Biotech Medical Energy Solar Chemicals "
    "Plastics Textiles Packaging Shipping Marine Automotive Electronics Semiconductors Robotics Steel Construction "
    "Properties Hospitality Retail Trading Holdings Industries Instruments Aerospace Water Paper Mining Dairy "
    "Beverages Precision Automation Healthcare"
)
LEGAL_EN = _words("Ltd|Ltd|Inc|Inc.|Pte Ltd|Pte. Ltd.|Sdn Bhd|GmbH|LLC|PLC|Pty Ltd|Co., Ltd.|Corp|", sep="|")
PLACES_EN = _words("Singapore|Malaysia|Thailand|Asia|Asia Pacific|China|Vietnam|UK|Australia|India", sep="|")
SURNAMES_EN = _words(
    "Smith Jones Taylor Brown Wilson Tan Lim Lee Ng Wong Goh Chua Teo Ong Kumar Singh Patel Sharma Nguyen Tran "
    "Rahman Ismail Miller Davis Garcia Clark Lewis Walker Young King Wright Scott Green Baker Hall Rivera Campbell "
    "Mitchell Roberts Phillips Evans Turner Johnson Williams Martinez Hernandez Lopez Gonzalez Anderson Moore "
    "Jackson Martin Thompson White Harris Sanchez Ramirez Robinson Allen Torres Hill Flores Adams Nelson Carter "
    "Gomez Diaz Parker Cruz Edwards Collins Reyes Stewart Morris Morales Murphy Cook Rogers Gutierrez Ortiz Morgan "
    "Cooper Peterson Bailey Reed Ramos Cox Ward Richardson Watson Brooks Chavez Wood James Bennett Gray Mendoza Ruiz "
    "Hughes Price Alvarez Castillo Sanders Myers Long Ross Foster Jimenez Powell Jenkins Perry Russell Sullivan Bell "
    "Coleman Butler Henderson Barnes Fisher Vasquez Simmons Patterson Jordan Reynolds Hamilton Graham Wallace Cole "
    "West Hayes Bryant Gibson Ellis Stevens Murray Ford Marshall Owens Harrison Kennedy Wells Woods Henry Chen Huang "
    "Lin Liu Wang Zhang Zhao Zhou Wu Xu Sun Ma Hu Guo He Gao Luo Zheng Liang Xie Tang Han Cao Deng Feng Peng Zeng "
    "Xiao Tian Dong Pan Yuan Cai Jiang Yu Du Ye Cheng Wei Su Ren Lu Ding Koh Yeo Sim Toh Chong Leong Chan Cheung Lau "
    "Leung Ho Kwok Mok Muller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Rossi Russo "
    "Ferrari Bianchi Romano Dubois Laurent Moreau Lefebvre Roux Tanaka Suzuki Takahashi Watanabe Yamamoto Nakamura "
    "Kobayashi Kim Park Choi Jung Kang Cho Yoon Pham Hoang Phan Vu Vo Dang Bui Do Santos Oliveira Souza Lima Costa "
    "Gupta Reddy Nair Iyer Menon Rao Mehta Shah Joshi Desai Hussain Aziz Abdullah Osman Yusof Suryanto Wijaya "
    "Santoso Halim Gunawan"
)
FIRST_EN = _words(
    "James Mary John Linda David Susan Michael Karen Robert Lisa Daniel Amy Kevin Grace Jason Michelle Eric Rachel "
    "Steven Joyce Marcus Priya Ravi Siti Ahmad Wei Mei Hui Jun Kelvin Vincent Shirley Peter Angela Tom Kate Paul "
    "Mark Will May April Drew William Richard Joseph Thomas Charles Christopher Matthew Anthony Donald Andrew Joshua "
    "Kenneth Brian George Timothy Ronald Edward Jeffrey Ryan Jacob Gary Nicholas Jonathan Stephen Larry Justin Scott "
    "Brandon Benjamin Samuel Gregory Frank Alexander Raymond Patrick Jack Dennis Jerry Tyler Aaron Jose Henry Adam "
    "Douglas Nathan Zachary Patricia Jennifer Elizabeth Barbara Jessica Sarah Nancy Betty Sandra Margaret Ashley "
    "Kimberly Emily Donna Carol Amanda Melissa Deborah Stephanie Rebecca Laura Helen Sharon Cynthia Kathleen Anna "
    "Pamela Emma Nicole Samantha Katherine Christine Debra Catherine Carolyn Janet Ruth Maria Heather Diane Virginia "
    "Julie Victoria Kelly Lauren Christina Joan Evelyn Judith Megan Andrea Cheryl Hannah Jacqueline Martha Gloria "
    "Teresa Ann Sara Madison Frances Kathryn Janice Jean Abigail Alice Julia Judy Sophia Hans Klaus Pierre Luca "
    "Marco Elena Ingrid Olga Dmitri Hiroshi Yuki Kenji Minh Linh Thuy Somchai Anong Budi Dewi Putri Arjun Deepak "
    "Lakshmi Anil Sunita Faisal Omar Layla Hassan Nadia"
)

PRODUCTS = (
    ("智控云平台", ("智控云", "ZKY")),
    ("能效管家", ("能管", "EMS")),
    ("设备健康监测系统", ("设备健康", "PHM")),
    ("AQ-300 水质分析仪", ("AQ300", "水质仪")),
    ("视觉质检一体机", ("质检机", "VisionBox")),
    ("边缘网关 G2", ("G2", "网关")),
    ("FlowSense", ("流量监测",)),
    ("MES 制造执行", ("MES",)),
    ("排产大师 Pro", ("排产大师", "APS")),
    ("仓储调度系统", ("WMS",)),
)
COMPETITORS = (
    ("汇川数控", ("汇川",)),
    ("Sentrix", ("森特克",)),
    ("和禾软件", ("和禾",)),
    ("Northbeam", ()),
    ("宝联智造", ("宝联",)),
    ("Kestrel Systems", ("Kestrel",)),
)
REGIONS = (
    ("华东区", ("华东",)), ("华南区", ("华南",)), ("华北区", ("华北",)), ("西南区", ("西南",)),
    ("华中区", ("华中",)), ("APAC", ("亚太",)),
)  # fmt: skip

# What reports say. {firm} {who} {when} {due} {amount} {product} {rival} are filled in.
OPEN_ZH = _words(
    "{when}去{firm}见了{who} {when}拜访{firm}的{who} {when}跟{firm}{who}开了个线上会 {when}给{firm}{who}打了个电话 "
    "{firm}那边{when}做了演示，{who}在场 刚从{firm}出来，和{who}聊了一个小时 {when}请{firm}{who}吃饭 "
    "{firm}：{when}{who}来电"
)
MORE_ZH = _words(
    "聊了方案，他基本认可 让{due}之前把正式报价发过去 预算加到{amount}了 价格从{amount}谈到{amount} "
    "{product}的方案还要再改一版 {rival}也在跟，报价比我们低一点 他说{due}开会定 预计{due}能签 已经进入商务阶段 "
    "立项批下来了 首付款三成，{due}到账 我答应{due}安排一次技术交流 付款条件还没谈拢 如果能降到{amount}他们就签 "
    "听说{rival}最近动作很多 合同法务在审 {product}二期也有想法，大概{amount} 技术部门担心接口的问题 招标文件{due}出 "
    "中标了，合同还没签 采购那边没意见 他没答应 对了，{who}也来了 下次{due}再去 需要售前支持一下 打八八折能接受 "
    "关单时间推到{due} 把握七成 现场有12台设备要接 联系电话13800138000 测试跑了两轮，误差0.3% 用的是V2.1版本"
)
WHEN_ZH = _words("今天下午 今天上午 昨天 上周五 前天下午 周一 9/14 9月11号 刚才 中午 15号上午 上周三下午")
DUE_ZH = _words("下周三 月底 周五 国庆前 下个月10号 两周后 Q4 9月25号 后天 下周一下班前 10月中旬 年底")
AMOUNT_ZH = _words("85万 120多万 80w 1.2个亿 八十来万 36.5万 300万 90 二百六十万 45万左右 3千 150-180万")
OPEN_EN = _words(
    "Met {who} at {firm} {when}|Had a call with {who} from {firm} {when}|{when} visited {firm}, saw {who}|"
    "Demo at {firm} {when} with {who}|{firm}: spoke to {who} {when}|Just left {firm}, {who} was there",
    sep="|",
)
MORE_EN = _words(
    "they are happy with the pilot|wants a revised quote {due}|budget went up to {amount}|"
    "came down from {amount} to {amount}|will send the draft contract {due}|{rival} is also in there|"
    "legal is reviewing|not agreed yet|expects to sign {due}|if we get to {amount} they will sign|"
    "{product} is the main interest|procurement is fine with the terms|30% upfront paid|I promised a site walk {due}|"
    "we are at negotiation now|tender comes out {due}|heard {rival} cut their price|no news on PO|"
    "need presales support|12 machines to connect|follow up {due}|close date slips to {due}|60% sure|on version 2.1",
    sep="|",
)
WHEN_EN = _words("today|this morning|yesterday|last Friday|on Monday|on 14 Sep|this afternoon|9/11", sep="|")
DUE_EN = _words(
    "by EOD Friday|next Wednesday|by end of month|mid-October|in two weeks|in Q4|on 25 Sep|tomorrow",
    sep="|",
)
AMOUNT_EN = _words("$350k|1.55M|80k|$1.2m|420,000|USD 95k|half a million|120-150k", sep="|")

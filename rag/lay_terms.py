"""The words of ordinary people beside the words of the law for the same things.

A question says 假货, the law says 以假充真, 冒用 or 欺诈; no encoder of this size bridges
all of that. Each entry is a pattern as people speak with the terms that statutes use.
"""

from __future__ import annotations

import re

_TABLE: tuple[tuple[str, str], ...] = (
    (r"赔", "赔偿"),
    (r"多赔|加倍|翻倍|几倍|假一赔", "惩罚性赔偿 增加赔偿 倍"),
    (r"假货|假的|冒牌|山寨|高仿|假酒|假药|仿冒", "以假充真 假冒 冒用 伪造 欺诈"),
    (r"骗|坑人|坑了|忽悠|蒙人|上当", "欺诈 欺骗 误导 虚假"),
    (r"次品|劣质|质量差|坏了|毛病|出问题|有问题|不好使", "不合格 缺陷 瑕疵 质量问题"),
    (r"退钱|退款|退掉|能退|退货|退了", "退货 退还 返还"),
    (r"换(一|个|台|新|车|货|掉)|能换", "更换"),
    (r"修(好|理|车|一|不)|保修|维修", "修理 保修 包修"),
    (r"告状|检举|举报|投诉", "举报 投诉 检举"),
    (r"打官司|告(他|她|上|到)|起诉", "诉讼 起诉 仲裁"),
    (r"罚|挨处分", "罚款 处罚"),
    (r"坐牢|判刑|抓起来|犯罪", "刑事责任 犯罪"),
    (r"造谣|抹黑|说坏话|诋毁", "虚假信息 误导性信息 商业信誉"),
    (r"回扣|好处费|送礼|红包|行贿", "贿赂"),
    (r"隐私|电话号码|手机号|身份证|个人资料", "个人信息"),
    (r"商家|卖家|店家|店里|老板|商店|商场|超市", "经营者 销售者"),
    (r"厂家|厂里|工厂|厂子|我们厂|制造商", "生产者 生产企业 企业"),
    (r"顾客|客人|买家|老百姓|买东西的", "消费者 公众"),
    (r"公家|上面|官方|上头", "国家 政府"),
    (r"公家.{0,6}(买|请|掏钱)|政府(买|请)", "政府采购 购买服务"),
    (r"工人|员工|打工", "职工 人员 劳动"),
    (r"孩子|娃|小学|中学|念书", "中小学 学生 未成年人"),
    (r"小票|收据|开票|发票", "发票 凭证 单据"),
    (r"过期|变味|馊", "保质期 失效 变质"),
    (r"招牌|牌子|商号", "品牌 商标 标识 名称"),
    (r"盖房|房子|楼房|新房", "建设工程 房屋建筑"),
    (r"转手|外包|转给别人", "转包 分包"),
    (r"贷款|借钱|银行", "贷款 信贷 融资 金融"),
    (r"网购|网上买|淘宝|直播间", "网络 网络交易平台"),
    (r"饭馆|饭店|餐馆|外卖|食堂", "餐饮服务 食品经营"),
    (r"作坊", "小作坊"),
    (r"执照|牌照|办证", "许可证 资质 证书"),
    (r"查(一查|出|到)|抽查", "检验 监督检查 抽查"),
    (r"抽奖|中奖", "有奖销售"),
    (r"吹牛|夸大|瞎吹", "虚假宣传 引人误解"),
    (r"有钱拿|奖金|得奖|获奖|奖励", "奖励 表彰"),
    (r"要钱|收钱|交钱|掏钱", "费用 收取"),
    (r"出口|外贸|外国|国外", "贸易 进出口 国际"),
    (r"小企业|小公司|小厂|个体户", "中小企业 小微企业"),
    (r"黑心|失信|老赖|没信用", "失信 违法 联合惩戒"),
)
_COMPILED = tuple((re.compile(pattern), tuple(terms.split())) for pattern, terms in _TABLE)


def find_terms(question: str) -> list[tuple[str, ...]]:
    """Return, for each thing that a question (normalised) says in everyday words, the terms of the law for it."""
    return [terms for pattern, terms in _COMPILED if pattern.search(question)]


def count_held(text: str, wanted: list[tuple[str, ...]]) -> int:
    """Return how many of the things wanted ``text`` speaks of in any of their terms."""
    return sum(any(term in text for term in terms) for terms in wanted)

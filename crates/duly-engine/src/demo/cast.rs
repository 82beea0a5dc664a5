//! Who and what the stories are about. All names are made up.

/// Customers, each with its region.
pub(super) const CUSTOMERS: [(&str, &str); 16] = [
    ("上海云启示例科技有限公司", "华东"),
    ("上海浦江样本贸易有限公司", "华东"),
    ("苏州栖桐示例精密制造有限公司", "华东"),
    ("杭州湖畔样本软件有限公司", "华东"),
    ("南京秣陵示例医疗器械有限公司", "华东"),
    ("宁波甬江样本物流有限公司", "华东"),
    ("北京朝阳示例文化传媒有限公司", "华北"),
    ("天津海河样本机电有限公司", "华北"),
    ("深圳前湾样本电子有限公司", "华南"),
    ("广州珠岸示例食品有限公司", "华南"),
    ("成都锦里样本餐饮管理有限公司", "西南"),
    ("Example Harbour Logistics Ltd", "海外"),
    ("Sample & Lane Instruments GmbH", "海外"),
    ("Example Pacific Trading Pte Ltd", "海外"),
    ("Samplefield Foods Inc", "海外"),
    ("Example Lusitana Têxteis Lda", "海外"),
];

/// The people of one category's team.
pub(super) struct Team {
    pub(super) name: &'static str,
    pub(super) agents: [&'static str; 4],
}

pub(super) const SERVICE: Team = Team { name: "客户服务组", agents: ["王芳", "李静", "赵敏", "Grace Lin"] };
pub(super) const SUPPORT: Team = Team { name: "技术支持组", agents: ["张伟", "陈磊", "周洋", "Daniel Wu"] };
pub(super) const BUSINESS: Team =
    Team { name: "商务合作组", agents: ["刘洋", "孙悦", "何琳", "Emma Clarke"] };
pub(super) const AFTER_SALES: Team = Team { name: "售后服务组", agents: ["杨帆", "吴刚", "郑洁", "黄涛"] };

/// What customers write, by kind of request.
pub(super) mod titles {
    pub(in super::super) const GENERAL_INQUIRY: [&str; 7] = [
        "发票抬头如何修改",
        "如何导出上月的对账单",
        "会员积分什么时候到账",
        "可以修改收货地址吗",
        "忘记登录密码怎么办",
        "How do I add a second user to our account?",
        "Where can I download the user manual?",
    ];
    pub(in super::super) const COMPLEX_INQUIRY: [&str; 4] = [
        "两个账户的历史订单能否合并",
        "跨境订单的税费是如何计算的",
        "对账金额与合同不一致,请核实",
        "Our invoice does not match the contract: please look into it",
    ];
    pub(in super::super) const URGENT_FAULT: [&str; 5] = [
        "生产线系统全部无法登录",
        "支付接口持续返回错误,无法下单",
        "数据库连接中断,门店停业",
        "仓库扫描设备全部离线",
        "All stores offline, nobody can log in",
    ];
    pub(in super::super) const GENERAL_SUPPORT: [&str; 5] = [
        "报表导出后中文显示乱码",
        "打印机驱动安装失败",
        "接口签名校验不通过",
        "手机端推送通知收不到",
        "Single sign-on asks for the password twice",
    ];
    pub(in super::super) const COMPLEX_SUPPORT: [&str; 4] = [
        "多仓库存同步偶发丢单",
        "与第三方 ERP 对接后数据不一致",
        "高峰时段系统响应缓慢",
        "Intermittent data loss between the two sites",
    ];
    pub(in super::super) const INTEREST: [&str; 4] = [
        "希望成为华东区代理商",
        "想了解联合推广方案",
        "咨询年度框架合作",
        "We would like to resell your product in Portugal",
    ];
    pub(in super::super) const TERMS: [&str; 4] = [
        "申请将账期由 30 天调整为 45 天",
        "修改合同中的交货地点",
        "调整最低订货量",
        "Change of the notice period in clause 7",
    ];
    pub(in super::super) const COMPLEX_TERMS: [&str; 3] =
        ["修订数据处理协议与责任上限", "增加独家代理条款", "Revised liability and data protection terms"];
    pub(in super::super) const REPAIR: [&str; 4] =
        ["显示屏不亮,申请上门维修", "打印头故障", "设备无法开机", "The scanner's battery no longer charges"];
    pub(in super::super) const COMPLEX_REPAIR: [&str; 3] =
        ["主板损坏,本地无备件", "进口传感器需返厂", "The spindle needs a specialist from the factory"];
    pub(in super::super) const RETURN: [&str; 4] =
        ["收到的型号不对,申请换货", "七天无理由退货", "外包装破损,要求退货", "Wrong colour delivered, please exchange"];
}

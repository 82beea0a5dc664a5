//! What attributes and their values are called: as the policies' `words` say, else by names that are common, else as the CRM
//! has them.

use std::sync::Arc;

use duly_core::policy::{Compiled, Condition, Words};

use crate::language::{Language, Word, find};

/// The attributes that tickets usually have, and grades and channels that are common: name, English, Chinese.
const COMMON: &[Word] = &[
    ("category", "category", "类别"),
    ("subcategory", "subcategory", "子类"),
    ("complexity", "complexity", "复杂程度"),
    ("severity", "severity", "严重程度"),
    ("priority", "priority", "优先级"),
    ("customer", "customer", "客户"),
    ("region", "region", "地区"),
    ("tier", "tier", "支持层级"),
    ("team", "team", "团队"),
    ("agent", "agent", "处理人"),
    ("tags", "tags", "标签"),
    ("urgent", "urgent", "紧急"),
    ("normal", "normal", "普通"),
    ("critical", "critical", "特急"),
    ("high", "high", "高"),
    ("moderate", "moderate", "中"),
    ("low", "low", "低"),
    ("survey", "survey", "问卷调查"),
    ("rating", "rating", "评分"),
    ("hotline", "hotline", "热线"),
    ("complaint", "complaint", "投诉"),
    ("email", "e-mail", "电子邮件"),
    ("website", "website", "网站"),
];

/// Names in a language.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    language: Language,
    words: Arc<Words>,
}

impl Names {
    /// Those of these versions; the later one holds where several call a value differently.
    pub(crate) fn of<'v>(language: Language, versions: impl IntoIterator<Item = &'v Compiled>) -> Self {
        let mut words = Words::new();
        for (kind, values) in versions.into_iter().flat_map(|version| &version.policy.words) {
            words.entry(kind.clone()).or_default().extend(values.clone());
        }
        Names { language, words: Arc::new(words) }
    }

    /// What an attribute is called.
    pub(crate) fn attribute(&self, name: &str) -> String {
        let common = || find(COMMON, name).map_or(name, |word| self.language.of(word)).to_owned();
        self.known("attribute", name).unwrap_or_else(common)
    }

    /// What a value of an attribute is called.
    pub(crate) fn value(&self, attribute: &str, value: &str) -> String {
        let common = || ["severity", "priority", "channel"].contains(&attribute).then(|| find(COMMON, value)).flatten();
        let named = self.known(attribute, value);
        named.unwrap_or_else(|| common().map_or(value, |word| self.language.of(word)).to_owned())
    }

    /// Which tickets a condition is for, attribute by attribute.
    pub(crate) fn condition(&self, when: &Condition) -> String {
        self.told(when, |attribute, values| format!("{} {values}", self.attribute(attribute)))
    }

    /// Which tickets a condition is for, in short: its values alone.
    pub(crate) fn values(&self, when: &Condition) -> String {
        self.told(when, |_, values| values.to_owned())
    }

    fn told(&self, when: &Condition, part: impl Fn(&str, &str) -> String) -> String {
        let (or, and, others) = match self.language {
            Language::En => (" or ", ", ", "All others"),
            Language::Zh => ("或", "、", "其他"),
        };
        if when.is_empty() {
            return others.to_owned();
        }
        let parts = when.0.iter().map(|(attribute, values)| {
            let values: Vec<String> = values.iter().map(|value| self.value(attribute, value)).collect();
            part(attribute, &values.join(or))
        });
        parts.collect::<Vec<_>>().join(and)
    }

    /// What a policy says that a value of this kind is called.
    fn known(&self, kind: &str, value: &str) -> Option<String> {
        self.words.get(kind)?.get(value)?.get(self.language.key()).cloned()
    }
}

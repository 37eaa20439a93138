//! Pools by the slugs that block labels use, and by their names for people.

/// A pool's name for people, from the slug of the block labels.
pub fn pool_name(slug: &str) -> String {
    const NAMES: [(&str, &str); 20] = [
        ("1thash", "1THash"),
        ("antpool", "AntPool"),
        ("binancepool", "Binance Pool"),
        ("braiinspool", "Slush Pool (now Braiins Pool)"),
        ("btccom", "BTC.com"),
        ("btctop", "BTC.TOP"),
        ("emcdpool", "EMCD"),
        ("f2pool", "F2Pool"),
        ("foundryusa", "Foundry USA"),
        ("huobipool", "Huobi Pool"),
        ("kucoinpool", "KuCoin Pool"),
        ("luxor", "Luxor"),
        ("marapool", "MARA Pool"),
        ("okexpool", "OKEx Pool"),
        ("poolin", "Poolin"),
        ("sbicrypto", "SBI Crypto"),
        ("spiderpool", "SpiderPool"),
        ("ultimuspool", "Ultimus"),
        ("unknown", "not labelled"),
        ("viabtc", "ViaBTC"),
    ];
    NAMES
        .iter()
        .find(|(s, _)| *s == slug)
        .map_or(slug, |(_, name)| name)
        .to_string()
}

/// A pool's name for labels: without what it was called later.
pub fn pool_label(slug: &str) -> String {
    let name = pool_name(slug);
    match name.split_once(" (") {
        Some((short, _)) => short.to_string(),
        None => name,
    }
}

//! Chance, and the names and numbers that it puts together.

use crate::domain::customer::{Customer, Email, Name, Phone};
use crate::domain::time::UnixMs;

/// Family names with how many of a thousand have them.
const FAMILIES: [(&str, u32); 24] = [
    ("김", 215),
    ("이", 147),
    ("박", 84),
    ("최", 47),
    ("정", 43),
    ("강", 24),
    ("조", 21),
    ("윤", 21),
    ("장", 20),
    ("임", 17),
    ("한", 15),
    ("오", 15),
    ("서", 15),
    ("신", 15),
    ("권", 14),
    ("황", 14),
    ("안", 14),
    ("송", 14),
    ("류", 13),
    ("홍", 11),
    ("전", 11),
    ("남궁", 2),
    ("선우", 1),
    ("제갈", 1),
];

/// Syllables of given names, and how they are written in addresses.
const SYLLABLES: [(&str, &str); 40] = [
    ("민", "min"),
    ("서", "seo"),
    ("준", "jun"),
    ("지", "ji"),
    ("우", "woo"),
    ("도", "do"),
    ("윤", "yun"),
    ("하", "ha"),
    ("은", "eun"),
    ("시", "si"),
    ("연", "yeon"),
    ("예", "ye"),
    ("진", "jin"),
    ("수", "su"),
    ("현", "hyun"),
    ("아", "a"),
    ("영", "young"),
    ("재", "jae"),
    ("호", "ho"),
    ("성", "sung"),
    ("훈", "hoon"),
    ("경", "kyung"),
    ("미", "mi"),
    ("정", "jung"),
    ("주", "ju"),
    ("희", "hee"),
    ("승", "seung"),
    ("원", "won"),
    ("태", "tae"),
    ("건", "gun"),
    ("유", "yu"),
    ("나", "na"),
    ("다", "da"),
    ("람", "ram"),
    ("빈", "bin"),
    ("솔", "sol"),
    ("혜", "hye"),
    ("란", "ran"),
    ("선", "sun"),
    ("숙", "sook"),
];

const HOSTS: [(&str, u32); 6] = [
    ("naver.com", 45),
    ("gmail.com", 30),
    ("kakao.com", 10),
    ("hanmail.net", 7),
    ("daum.net", 5),
    ("example.co.kr", 3),
];

/// Chance that is fast and the same for the same beginning (SplitMix64); no secret is made of it.
pub(super) struct Dice {
    state: u64,
    /// Order numbers of one seeding begin here, so that none comes twice.
    numbers: u64,
}

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self { state: seed, numbers: seed >> 8 }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From zero to before `end`.
    pub fn up_to(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    pub fn one_of<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        choices.get(usize::try_from(self.up_to(choices.len() as u64)).ok()?)
    }

    pub fn weighted<'a, T>(&mut self, choices: &'a [(T, u32)]) -> Option<&'a T> {
        let mut left = self.up_to(choices.iter().map(|(_, weight)| u64::from(*weight)).sum());
        choices
            .iter()
            .find(|(_, weight)| match left.checked_sub(u64::from(*weight)) {
                Some(rest) => {
                    left = rest;
                    false
                }
                None => true,
            })
            .map(|(choice, _)| choice)
    }

    /// Bytes of an id that sort by time, so that a million of them are written one behind the other.
    pub fn in_order<const N: usize>(&mut self, at: UnixMs) -> [u8; N] {
        let time = at.get().to_be_bytes();
        let mut bytes = [0; N];
        let (mut chance, mut left) = (0u64, 0);
        for (place, byte) in bytes.iter_mut().enumerate() {
            if left == 0 {
                (chance, left) = (self.next(), 8);
            }
            // The first two bytes of the time are the same for all.
            *byte = time.get(place + 2).copied().unwrap_or((chance & 0xff) as u8);
            chance >>= 8;
            left -= 1;
        }
        bytes
    }

    /// Bytes of an order number that no other place of this seeding has.
    pub fn number(&self, place: u64) -> [u8; 5] {
        // An odd factor meets every number of 35 bits once.
        let mixed = place.wrapping_add(self.numbers).wrapping_mul(0x4_9e37_79b9) & ((1 << 35) - 1);
        let [_, _, _, bytes @ ..] = (mixed << 5).to_be_bytes();
        bytes
    }

    pub fn customer(&mut self) -> Option<Customer> {
        let (family, first, second) =
            (*self.weighted(&FAMILIES)?, *self.one_of(&SYLLABLES)?, *self.one_of(&SYLLABLES)?);
        let name = format!("{family}{}{}", first.0, second.0);
        let phone = format!("010{:08}", self.up_to(100_000_000));
        let host = *self.weighted(&HOSTS)?;
        let email = format!("{}{}{}@{host}", first.1, second.1, self.up_to(10_000));
        Some(Customer {
            name: Some(Name::parse(&name).ok()?),
            phone: Some(Phone::parse(&phone).ok()?),
            email: Some(Email::parse(&email).ok()?),
        })
    }
}

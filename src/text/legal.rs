//! The long texts: terms, privacy, refunds. The samples that come with the program are replaced by the
//! merchant's own files, `{lang}/{name}.txt` in the folder of `MADANG_LEGAL_DIR`.

use std::path::{Path, PathBuf};

use super::Lang;

/// Which long text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Legal {
    Terms,
    Privacy,
    Refund,
}

/// A long text in its parts, for a page to lay out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// The first line of the file, `# …`.
    Title(String),
    /// `## …`
    Heading(String),
    Paragraph(String),
}

impl Legal {
    pub const ALL: [Self; 3] = [Self::Terms, Self::Privacy, Self::Refund];

    /// The last part of its address and the name of its file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Terms => "terms",
            Self::Privacy => "privacy",
            Self::Refund => "refund",
        }
    }

    fn file(self, folder: &Path, lang: Lang) -> PathBuf {
        folder.join(lang.as_str()).join(self.as_str()).with_extension("txt")
    }

    const fn sample(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Terms, Lang::Ko) => include_str!("ko/terms.txt"),
            (Self::Terms, Lang::En) => include_str!("en/terms.txt"),
            (Self::Privacy, Lang::Ko) => include_str!("ko/privacy.txt"),
            (Self::Privacy, Lang::En) => include_str!("en/privacy.txt"),
            (Self::Refund, Lang::Ko) => include_str!("ko/refund.txt"),
            (Self::Refund, Lang::En) => include_str!("en/refund.txt"),
        }
    }
}

/// Whether every text of the merchant's folder can be read; answers with the first file that can't.
pub fn check_legal_folder(folder: &Path) -> Result<(), PathBuf> {
    for (which, lang) in Legal::ALL.into_iter().flat_map(|which| Lang::ALL.iter().map(move |lang| (which, *lang))) {
        let file = which.file(folder, lang);
        if std::fs::read_to_string(&file).is_err() {
            return Err(file);
        }
    }
    Ok(())
}

/// The merchant's text where there is one, the sample otherwise.
pub fn legal(folder: Option<&Path>, which: Legal, lang: Lang) -> Vec<Block> {
    let own = folder.map(|folder| which.file(folder, lang)).and_then(|file| std::fs::read_to_string(file).ok());
    blocks(own.as_deref().unwrap_or_else(|| which.sample(lang)))
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    for part in text.split("\n\n").map(str::trim).filter(|part| !part.is_empty()) {
        blocks.push(if let Some(title) = part.strip_prefix("# ") {
            Block::Title(title.to_owned())
        } else if let Some(heading) = part.strip_prefix("## ") {
            Block::Heading(heading.to_owned())
        } else {
            Block::Paragraph(part.to_owned())
        });
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_begins_with_its_title() {
        for (which, lang) in Legal::ALL.into_iter().flat_map(|which| Lang::ALL.iter().map(move |lang| (which, *lang))) {
            let read = legal(None, which, lang);
            assert!(matches!(read.first(), Some(Block::Title(_))), "{which:?} {lang:?}");
            assert!(read.len() > 4, "{which:?} {lang:?}");
        }
    }

    #[test]
    fn the_merchants_file_replaces_the_sample() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("ko")).unwrap();
        std::fs::write(folder.path().join("ko/terms.txt"), "# 우리 약관\n\n한 줄").unwrap();
        let own = legal(Some(folder.path()), Legal::Terms, Lang::Ko);
        assert_eq!(own, [Block::Title("우리 약관".into()), Block::Paragraph("한 줄".into())]);
        assert_ne!(legal(Some(folder.path()), Legal::Terms, Lang::En), own);
        assert_eq!(check_legal_folder(folder.path()), Err(folder.path().join("en/terms.txt")));
    }
}

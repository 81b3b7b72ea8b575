//! Keywords of other languages: [`Wording`] says which a document uses, and its words are read as those of EARS.

mod chinese;
mod latin;
mod wording;

pub(crate) use chinese::split_chinese;
pub(crate) use latin::read_latin;
pub(crate) use wording::{Language, Wording};

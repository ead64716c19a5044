//! A schema as a picture: text for Mermaid, or an SVG that is drawn here.
//!
//! What a picture shows is taken from the schema once (*model*). Nothing of it is random: one schema gives one
//! picture, so that a picture in a repository changes only when the schema does. No default, comment, changefeed or
//! credential is in a picture.

mod layout;
mod mermaid;
mod model;
mod svg;
mod text;

use self::model::Picture;
use super::Schema;

impl Schema {
    /// The schema as a [Mermaid](https://mermaid.js.org/syntax/entityRelationshipDiagram.html) `erDiagram`: tables
    /// with their columns and keys, foreign keys with their cardinalities, localities beside the names.
    ///
    /// A name that Mermaid could not read is written in another way; the name itself stands beside it.
    pub fn to_mermaid(&self) -> String {
        mermaid::draw(&Picture::of(self))
    }

    /// The schema as an SVG: a document of its own, without scripts, fonts or anything else from elsewhere.
    ///
    /// Tables stand to the right of those that they refer to; a table without foreign keys stands below. A line goes
    /// from a foreign key to the column that it refers to: the crow's foot is the side of many rows, the circle stands
    /// for none.
    pub fn to_svg(&self) -> String {
        svg::draw(&Picture::of(self))
    }
}

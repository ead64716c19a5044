//! What is printed, compared with files, and run on the server that is there.

mod cases;
mod ddl;
mod errors;
mod parts;
mod pictures;
mod red_lines;
mod server;
mod shown;
mod tpch;
mod versions;

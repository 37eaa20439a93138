//! What `hashquake simulate` and `hashquake sweep` promise on the command line.

mod answer;
mod folder;
mod program;
mod sweep;
mod tables;

//! The dashboard as a browser without JavaScript meets it: pages, forms and redirects.

mod account;
mod assets;
mod browser;
mod creating;
mod listing;
mod refusals;
mod renaming;
mod revoking;
mod rotating;
mod signing_in;
mod usage;

//! Tests with real servers and real kills. One binary, so that they share a test cluster.

#[cfg(test)]
mod killed_owner;
#[cfg(test)]
mod server;
#[cfg(test)]
mod support;
#[cfg(test)]
mod test_databases;

# Recipes for daily work. `just` alone lists them.

[private]
default:
    @{{ just_executable() }} --list --unsorted

# Start everything: a private PostgreSQL, seed data and the server; prints calls to paste
dev *arguments:
    cargo dev {{ arguments }}

# Run every test; each has a database of its own
test *arguments:
    cargo test --workspace {{ arguments }}

# Thousands of interleavings of readers with the one writer, chosen at random by shuttle
interleavings:
    cargo test --package chaser-keys-node --lib --features shuttle interleavings

# Every fault on real servers and a real PostgreSQL, many times over; prints what was seen
faults trials="20" nodes="3 5":
    FAULT_TRIALS="{{ trials }}" FAULT_NODES="{{ nodes }}" cargo test --release --package chaser-keys-server --test faults -- --nocapture

# The coherence protocol in all its states, also in larger worlds; minutes
model:
    cargo test --release --package chaser-keys-node --test protocol_model --features large-model -- --nocapture

# Walk the dashboard in real Chromium; installs what is missing. `just e2e e2e/tests/list.test.js` for some of it
e2e *files:
    e2e/install.sh
    node e2e/run.js {{ files }}

# Take the pictures in docs/screenshots anew
screenshots:
    e2e/install.sh
    node e2e/screenshots.js

bench_parts := "authorize cpu ways unknown sign-ins flush list start scale revoke writes flood verify load"

# What everything costs beside what it is compared with (docs/performance.md); `just bench authorize` for one part
bench *parts:
    @for part in {{ parts }}; do case " {{ bench_parts }} " in *" $part "*) ;; *) echo "no part $part: there are {{ bench_parts }}" >&2; exit 1 ;; esac; done
    cargo bench --package chaser-keys-bench --bench http -- {{ parts }}
    cargo bench --package chaser-keys-bench --bench node -- {{ parts }}
    {{ if parts == "" { just_executable() + " bench-micro" } else { "true" } }}

# The pieces of a verification in nanoseconds, by criterion; KEYS="1000 10000000" chooses how many keys there are
bench-micro *filter:
    cargo bench --package chaser-keys-bench --bench domain -- {{ filter }}
    cargo bench --package chaser-keys-bench --bench replica -- {{ filter }}

# What must be clean before a commit
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --all-features -- --deny warnings
    RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps --all-features

# Exactly what CI runs
ci:
    .ci/run

# Only the private PostgreSQL, in the foreground; prints its URL
db *arguments:
    cargo run --quiet --package chaser-keys-dev -- db {{ arguments }}

# Apply pending migrations to DATABASE_URL
migrate:
    cargo run --quiet --package chaser-keys-server -- migrate

# Write docs/openapi.json anew after the API changed
openapi:
    UPDATE_OPENAPI=1 cargo test --package chaser-keys-http --test api document

# Licences, banned crates and sources of all dependencies (needs cargo-deny)
deny:
    cargo deny check licenses bans sources

# The documentation of all crates, in a browser
doc:
    cargo doc --workspace --no-deps --all-features --open

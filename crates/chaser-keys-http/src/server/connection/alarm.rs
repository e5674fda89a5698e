//! Wakes a connection's task when its deadline passes.

use std::future::Future;
use std::pin::Pin;
use std::task::Context;

use actix_web::rt::time::{Instant, Sleep, sleep_until};

/// A timer that follows a deadline which moves with every request.
pub(super) struct Alarm(Pin<Box<Sleep>>);

impl Alarm {
    pub(super) fn at(deadline: Instant) -> Self {
        Self(Box::pin(sleep_until(deadline)))
    }

    /// Whether it has gone off. A glance: the task is not woken by this.
    pub(super) fn has_gone_off(&self) -> bool {
        self.0.is_elapsed()
    }

    /// Whether the deadline has passed; otherwise the task is woken when it does.
    ///
    /// The timer is not set for every new deadline, but set again when it goes off too early: setting it costs more than
    /// the rest of a request's timing.
    pub(super) fn poll(&mut self, deadline: Instant, context: &mut Context<'_>) -> bool {
        if deadline < self.0.deadline() {
            self.0.as_mut().reset(deadline);
        }
        while self.0.as_mut().poll(context).is_ready() {
            if deadline <= self.0.deadline() {
                return true;
            }
            self.0.as_mut().reset(deadline);
        }
        false
    }
}

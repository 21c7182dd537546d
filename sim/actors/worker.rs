//! The worker of a node, which goes on by itself.

use std::pin::pin;
use std::sync::Arc;

use futures::future::{join_all, select};

use super::LONGEST_PAUSE_MS;
use crate::world::World;
use madang::domain::job::Lane;
use madang::job::Worker;

/// In all of its lanes, until everybody has left.
pub async fn work(world: Arc<World>, node: usize) {
    join_all(Lane::ALL.map(|lane| tend(world.clone(), node, lane))).await;
}

async fn tend(world: Arc<World>, node: usize, lane: Lane) {
    let (mut pause, mut seen) = (1_000, world.activity());
    while !world.is_over() {
        let post = world.post(node);
        let round = world.ask_silently(node, |services| async move {
            let worker = Worker::new(services.clone(), post);
            while worker.tend(lane).await? {}
            Ok((services.clone(), services.next_work(lane).await?))
        });
        let answer = round.await;
        let now = world.turnstile.now();
        pause = if world.is_closing() || seen != world.activity() { 1_000 } else { (pause * 2).min(LONGEST_PAUSE_MS) };
        seen = world.activity();
        match answer {
            Some(Ok((services, next))) => {
                let next = next.map_or(5_000, |next| next.since_ms(now)).clamp(1_000, 5_000).max(pause);
                let (time, nudge) = (pin!(world.turnstile.pause(next)), pin!(services.nudged(lane)));
                select(time, nudge).await;
            }
            _ => world.turnstile.pause(pause).await,
        }
    }
}

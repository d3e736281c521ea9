//! The workers, and the one way to run a lambda.

use super::calls::Outside;
use super::host::{self, End, Gathered};
use super::process::{Census, Worker};
use super::protocol::FromWorker;
use super::record::{Clock, Measured, ended, unacceptable};
use super::{Cancel, RunEvent, RunRequest, Wall, outcome};
use crate::domain::log::deployed_cut;
use crate::domain::{Outcome, Run};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::timeout;

/// Runs after which a worker is replaced.
const RUNS_PER_WORKER: u32 = 10_000;
/// Memory that stays after a run beyond which a worker is replaced, in bytes: a script can build values that hold
/// themselves, which are never freed.
const GROWTH_BYTES: u64 = 32 * 1024 * 1024;
/// The most memory held during a run beyond which a worker is replaced, in bytes: the allocator gives little of it back.
const PEAK_BYTES: u64 = 64 * 1024 * 1024;
/// The most workers that stand ready.
const MOST_IDLE: usize = 64;
/// How long a worker beyond a few stands ready unused: what came at once comes at once again, and to start one takes as
/// long as dozens of short runs.
const UNUSED: Duration = Duration::from_secs(10);
/// How long a finished run waits for its worker to be ready again. Dropping ordinary values takes microseconds; the patience
/// is for a busy machine, where a new worker would cost more.
const SETTLE_PATIENCE: Duration = Duration::from_millis(25);
/// How long a worker may clear away in the background before it is killed.
const CLEAR_PATIENCE: Duration = Duration::from_secs(5);

/// What a [`Runtime`] is made with.
#[derive(Clone, Debug)]
pub struct RuntimeConfig {
    /// The lambdeck program, which is its own worker.
    pub worker: PathBuf,
    /// How many workers stand ready beside those in use.
    pub spares: usize,
}

impl RuntimeConfig {
    /// Workers of the running program itself, one of them spare.
    pub fn of_this_program() -> std::io::Result<Self> {
        Ok(Self { worker: std::env::current_exe()?, spares: 1 })
    }
}

/// Runs lambdas in worker processes. Clones share the workers; when the last clone is dropped they end.
#[derive(Clone)]
pub struct Runtime {
    pool: Arc<Pool>,
}

struct Pool {
    config: RuntimeConfig,
    handle: Handle,
    /// The one used last is the last.
    idle: Mutex<Vec<Idle>>,
    few: usize,
    starting: AtomicUsize,
    started: AtomicU64,
    census: Census,
    outside: Outside,
}

/// A worker that stands ready.
struct Idle {
    worker: Worker,
    since: Instant,
}

impl Runtime {
    /// A pool that has no worker yet; see [`Runtime::warm`]. Its background work happens on the tokio runtime it is made
    /// in.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime; enter one with `Handle::enter`.
    pub fn new(config: RuntimeConfig) -> Self {
        let parallel = std::thread::available_parallelism().map_or(1, usize::from);
        let few = parallel.max(config.spares + 1);
        Self {
            pool: Arc::new(Pool {
                config,
                handle: Handle::current(),
                idle: Mutex::default(),
                few,
                starting: AtomicUsize::new(0),
                started: AtomicU64::new(0),
                census: Census::default(),
                outside: Outside::default(),
            }),
        }
    }

    /// Starts the spares now, in the background.
    pub fn warm(&self) {
        Pool::fill(&self.pool);
    }

    /// How many worker processes have been started so far.
    pub fn workers_started(&self) -> u64 {
        self.pool.started.load(Ordering::Relaxed)
    }

    /// How many workers stand ready.
    pub fn workers_ready(&self) -> usize {
        self.pool.idle().len()
    }

    /// Process ids of the workers that stand ready or run a lambda.
    pub fn workers_running(&self) -> Vec<u32> {
        self.pool.census.pids()
    }

    /// What stands around a worker: asks one, which is started if none stands ready.
    pub async fn wall(&self) -> Result<Wall, String> {
        let worker = self.pool.take().await?;
        let wall = worker.wall.clone();
        self.pool.keep_if(worker, true);
        Ok(wall)
    }

    /// Runs a lambda once. What happens meanwhile is told through `events`, which need not be listened to. Never fails:
    /// whatever goes wrong is the outcome. Dropping the future ends the run and its worker.
    pub async fn run(
        &self,
        request: RunRequest,
        events: UnboundedSender<RunEvent>,
        cancel: Cancel,
    ) -> Run {
        let clock = Clock::start();
        let mut gathered = Gathered::new(events);
        let mut measured = match unacceptable(&request) {
            Some(failure) => Measured::without_worker(Outcome::Failed(failure), &clock),
            None => self.pool.run(&request, &cancel, &mut gathered, &clock).await,
        };
        gathered.masks.mask_outcome(&mut measured.outcome);
        let deployed_log_cut = deployed_cut(&gathered.logs, &request.limits);
        let masked_input = gathered.masks.mask_json(&request.input).map(Arc::from);
        Run {
            id: request.id,
            lambda: request.lambda,
            event: request.event,
            started_at_ms: clock.at_ms,
            duration_us: measured.duration_us,
            peak_memory_bytes: measured.peak_memory_bytes,
            operations: measured.operations,
            outcome: measured.outcome,
            logs: gathered.logs,
            logs_gap: gathered.logs_gap,
            deployed_log_cut,
            calls: gathered.calls,
            calls_skipped: gathered.calls_skipped,
            masked_input,
        }
    }
}

impl Pool {
    async fn run(
        self: &Arc<Self>,
        request: &RunRequest,
        cancel: &Cancel,
        gathered: &mut Gathered,
        clock: &Clock,
    ) -> Measured {
        if cancel.is_cancelled() {
            return Measured::without_worker(Outcome::Cancelled, clock);
        }
        // A person need not wait for a worker that takes long to start. The deadline is the lambda's and begins with it.
        let taken = tokio::select! {
            taken = self.take() => taken,
            () = cancel.cancelled() => return Measured::without_worker(Outcome::Cancelled, clock),
        };
        let mut worker = match taken {
            Ok(worker) => worker,
            Err(reason) => {
                let failure = outcome::no_worker(&reason);
                return Measured::without_worker(Outcome::Failed(failure), clock);
            }
        };
        let running = self.census.begin();
        let end = host::drive(&mut worker, request, cancel, gathered, &self.outside).await;
        drop(running);
        let measured = match end {
            End::Done(done) => {
                let peak = done.peak_memory_bytes;
                let measured = Measured::of(*done).await;
                self.put_back(worker, peak).await;
                measured
            }
            broken => ended(broken, worker, request, clock).await,
        };
        Self::fill(self);
        measured
    }

    /// A worker that is ready: the one used last, for its memory is the warmest.
    async fn take(&self) -> Result<Worker, String> {
        loop {
            let idle = self.idle().pop();
            let Some(Idle { mut worker, .. }) = idle else {
                self.started.fetch_add(1, Ordering::Relaxed);
                return Worker::start(&self.config.worker, &self.census).await;
            };
            if worker.is_alive() {
                return Ok(worker);
            }
        }
    }

    /// Takes a worker back when it has cleared away what the run left behind, in the background if that lasts.
    async fn put_back(self: &Arc<Self>, mut worker: Worker, peak_memory_bytes: u64) {
        if worker.runs >= RUNS_PER_WORKER || peak_memory_bytes > PEAK_BYTES {
            self.handle.spawn(worker.kill());
            return;
        }
        if let Ok(is_healthy) = timeout(SETTLE_PATIENCE, is_healthy(&mut worker)).await {
            self.keep_if(worker, is_healthy);
            return;
        }
        let pool = Arc::downgrade(self);
        self.handle.spawn(async move {
            let is_healthy = timeout(CLEAR_PATIENCE, is_healthy(&mut worker)).await;
            match pool.upgrade() {
                Some(pool) => pool.keep_if(worker, is_healthy.unwrap_or(false)),
                None => worker.kill().await,
            }
        });
    }

    fn keep_if(&self, worker: Worker, is_healthy: bool) {
        let mut idle = self.idle();
        let since = Instant::now();
        let surplus = if is_healthy && idle.len() < MOST_IDLE {
            idle.push(Idle { worker, since });
            let is_unused = idle.len() > self.few && since - idle[0].since > UNUSED;
            is_unused.then(|| idle.remove(0).worker)
        } else {
            Some(worker)
        };
        drop(idle);
        if let Some(worker) = surplus {
            self.handle.spawn(worker.kill());
        }
    }

    /// Starts what is missing of the spares, in the background.
    fn fill(pool: &Arc<Self>) {
        let ready = pool.idle().len() + pool.starting.load(Ordering::Relaxed);
        for _ in ready..pool.config.spares {
            pool.starting.fetch_add(1, Ordering::Relaxed);
            pool.started.fetch_add(1, Ordering::Relaxed);
            let (path, census) = (pool.config.worker.clone(), pool.census.clone());
            let weak = Arc::downgrade(pool);
            pool.handle.spawn(async move {
                let spare = Worker::start(&path, &census).await;
                // Without a pool there is nobody to stand ready for, and the worker ends by being dropped.
                let Some(pool) = weak.upgrade() else { return };
                pool.starting.fetch_sub(1, Ordering::Relaxed);
                // Whoever needs a worker next will see the failure and say it.
                if let Ok(spare) = spare {
                    pool.keep_if(spare, true);
                }
            });
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits until `worker` has cleared away, and says whether it is fit for another run.
async fn is_healthy(worker: &mut Worker) -> bool {
    let message = worker.next().await;
    matches!(message, Ok(Some(FromWorker::Ready { grown_bytes })) if grown_bytes <= GROWTH_BYTES)
}

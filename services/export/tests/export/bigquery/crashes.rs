//! Killed at every request, before it is done and after: the next run ends with the same tables, and nothing twice.

use rig::{Program, number};

use super::{Warehouse, proxy::Moment};
use crate::fixture::{application, posting};

/// Runs that were killed, beside each other.
const AT_ONCE: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wherever_it_is_killed_the_next_run_does_the_rest_and_nothing_twice() {
    let Some(warehouse) = Warehouse::new().await else { return };
    warehouse.export().run().must(0, &[]);
    warehouse.change().await;
    warehouse.proxy.stop_at(None);
    warehouse.export().run().must(0, &[]);
    let journal = warehouse.proxy.journal();
    warehouse.close().await;
    assert!(journal.len() >= 40, "{journal:#?}");

    // before a question BigQuery is as it was after the call before
    let before = |line: &String| (!line.starts_with("GET ")).then_some(Moment::Before);
    let moments = journal.iter().enumerate();
    let moments =
        moments.flat_map(|(at, line)| before(line).into_iter().chain([Moment::After]).map(move |it| (at, it)));
    // the emulator takes minutes for all of them
    let every = number("EXPORT_KILLED_EVERY").map_or(7, |every| every.try_into().expect("it is small"));
    let moments = moments.step_by(every).collect::<Vec<_>>();
    for some in moments.chunks(AT_ONCE) {
        futures_util::future::join_all(some.iter().map(|stop| killed_at(*stop))).await;
    }
}

async fn killed_at(stop: (usize, Moment)) {
    let Some(warehouse) = Warehouse::new().await else { return };
    warehouse.run().await;
    warehouse.change().await;
    let before = warehouse.proxy.data_jobs().len();
    warehouse.proxy.stop_at(Some(stop));
    warehouse.kill_where_it_stops().await;
    // it holds the two against each other
    warehouse.verify().await;
    assert_eq!(warehouse.proxy.data_jobs().len() - before, 12, "each job once: {stop:?}");
    warehouse.run().await;
    assert_eq!(warehouse.proxy.data_jobs().len() - before, 12, "nothing is left to do: {stop:?}");
    warehouse.close().await;
}

impl Warehouse {
    async fn run(&self) {
        Self::must_end_well(self.export()).await;
    }

    async fn verify(&self) {
        Self::must_end_well(self.export().argument("--verify")).await;
    }

    async fn must_end_well(program: Program) {
        let ended = tokio::task::spawn_blocking(move || program.run()).await.unwrap();
        ended.must(0, &[]);
    }

    /// Every table has something new.
    async fn change(&self) {
        self.rig.database.list_postings(vec![posting(0, "Doctor"), posting(1, "Nurse")]).await;
        self.rig.database.add_applications(vec![application(0, "Interview"), application(9, "New")]).await;
        self.rig.database.freeze("k1", "Care", 7).await;
    }
}

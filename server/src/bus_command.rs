//! `ates bus …`: what an operator sees of the event bus and does with it, on the machine itself.

use std::slice;

use anyhow::{Context as _, anyhow, bail};
use app::{
    i18n::CompanyTimeZone,
    queues::{DeliveryWords, trouble_in_words},
};
use clap::{Args, Subcommand, builder::PossibleValuesParser};
use contracts::{
    Actor, DeliveryId, EventId, Locale, ServiceError, Subscription, UserId,
    queues::{DeliveryFilter, DeliveryStatus, DeliverySummary, DiscardReason},
};
use uuid::Uuid;
use wiring::Services;

use crate::{bus_report, cli::in_words};

/// How many deliveries are listed at once: about what a terminal shows.
const DELIVERIES_LISTED_MAX: usize = 50;

/// Commands speak English, as their options do.
const LOCALE: Locale = Locale::En;

/// What to do with the event bus.
#[derive(Debug, Subcommand)]
pub(crate) enum BusCommand {
    /// Tell how the queues are and who works on them
    Status,
    /// List deliveries, the newest first
    List {
        /// Only those of this status
        #[arg(long, value_parser = PossibleValuesParser::new(DeliveryStatus::ALL.map(DeliveryStatus::name)))]
        status: Option<String>,
        #[command(flatten)]
        which: Which,
        /// Only those before this delivery: the next part of a long list
        #[arg(long, value_name = "ID")]
        before: Option<DeliveryId>,
    },
    /// Tell everything about one delivery
    Show {
        /// The delivery's number
        id: DeliveryId,
    },
    /// Let a delivery be tried again at once
    Retry {
        /// The delivery's number
        id: DeliveryId,
    },
    /// Let all dead letters be tried again, or those that match
    RetryAll {
        #[command(flatten)]
        which: Which,
        /// Do it; without this the command only tells how many there are
        #[arg(long)]
        yes: bool,
    },
    /// Decide that a dead letter shall have no effect, for ever
    Discard {
        /// The delivery's number
        id: DeliveryId,
        /// Why, and what was done instead
        #[arg(long)]
        reason: String,
    },
    /// Deliver events of the past to a subscription that is new; what has a delivery keeps it
    BackFill {
        /// Whose events
        #[arg(value_parser = PossibleValuesParser::new(Subscription::ALL.map(Subscription::name)))]
        subscription: String,
    },
}

/// Which deliveries.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Only those of this subscription
    #[arg(long, value_parser = PossibleValuesParser::new(Subscription::ALL.map(Subscription::name)))]
    subscription: Option<String>,
    /// Only those whose last error holds this, in any case
    #[arg(long, value_name = "TEXT")]
    error: Option<String>,
}

impl Which {
    fn filter(&self, status: Option<&str>) -> anyhow::Result<DeliveryFilter> {
        let given = |option: &Option<String>| option.clone().unwrap_or_default();
        DeliveryFilter::parse(&given(&self.subscription), status.unwrap_or_default(), &given(&self.error))
            .map_err(|invalid| in_words(&ServiceError::Invalid(invalid)))
    }
}

impl BusCommand {
    /// Does it; answers what to print.
    pub(crate) async fn run(self, services: &Services) -> anyhow::Result<String> {
        let (actor, queues) = (Actor::Operator, &services.queues);
        match self {
            Self::Status => {
                let state = queues.state(actor).await.map_err(|error| in_words(&error))?;
                let trouble = trouble_in_words(&state, CompanyTimeZone(services.clock.time_zone()), LOCALE);
                Ok(bus_report::status(&state, trouble))
            }
            Self::List { status, which, before } => {
                let filter = which.filter(status.as_deref())?;
                let found = queues.deliveries(actor, &filter, before, DELIVERIES_LISTED_MAX).await;
                let deliveries = found.map_err(|error| in_words(&error))?;
                let words = words(services, &deliveries, &[]).await;
                Ok(bus_report::list(&deliveries, &words, deliveries.len() == DELIVERIES_LISTED_MAX))
            }
            Self::Show { id } => {
                let record = queues.delivery(actor, id).await.map_err(|error| about(id, &error))?;
                let people: Vec<_> = record.interventions.iter().filter_map(|intervention| intervention.user_id).collect();
                let words = words(services, slice::from_ref(&record.summary), &people).await;
                Ok(bus_report::record(&record, &words))
            }
            Self::Retry { id } => {
                queues.retry(actor, id).await.map_err(|error| about(id, &error))?;
                Ok(format!("Delivery {id} is tried again: `ates bus show {id}` tells what becomes of it.\n"))
            }
            Self::RetryAll { which, yes } => retry_all(services, &which.filter(None)?, yes).await,
            Self::Discard { id, reason } => {
                let reason = DiscardReason::parse(&reason).map_err(|invalid| in_words(&ServiceError::Invalid(invalid)))?;
                queues.discard(actor, id, &reason).await.map_err(|error| about(id, &error))?;
                Ok(format!("Delivery {id} is discarded: it will have no effect.\n"))
            }
            Self::BackFill { subscription } => {
                let subscription = Subscription::named(&subscription).context("there is no such subscription")?;
                back_fill(services, subscription).await
            }
        }
    }
}

/// Goes through all events of the subscription, the oldest first. Broken off, it can be run again: what was added stays.
async fn back_fill(services: &Services, subscription: Subscription) -> anyhow::Result<String> {
    let mut after = EventId(Uuid::nil());
    let mut added = 0;
    loop {
        let step = services.deliveries.back_fill(subscription, after).await?;
        added += step.added;
        let Some(last) = step.last else {
            return Ok(format!("Deliveries added for {}: {added}\n", subscription.name()));
        };
        after = last;
        tracing::info!(subscription = subscription.name(), added, last_event_id = %last, "back-filling");
    }
}

async fn retry_all(services: &Services, filter: &DeliveryFilter, is_meant: bool) -> anyhow::Result<String> {
    let (actor, queues) = (Actor::Operator, &services.queues);
    if is_meant {
        let retried = queues.retry_all(actor, filter).await.map_err(|error| in_words(&error))?;
        return Ok(format!("Dead letters that are tried again: {retried}\n"));
    }
    match queues.dead_letters(actor, filter).await.map_err(|error| in_words(&error))? {
        0 => Ok("No dead letter matches: there is nothing to try again.\n".to_owned()),
        count => bail!("nothing is done yet: dead letters that match: {count}; repeat the command with --yes to have them tried again"),
    }
}

async fn words(services: &Services, deliveries: &[DeliverySummary], people: &[UserId]) -> DeliveryWords {
    DeliveryWords::look_up(LOCALE, deliveries, people, &*services.tracker, &*services.directory).await
}

/// What went wrong with one delivery, and what to do.
fn about(id: DeliveryId, error: &ServiceError) -> anyhow::Error {
    match error {
        ServiceError::NotFound => {
            anyhow!("there is no delivery {id}, or it was done so long ago that it is gone: `ates bus list` shows what there is")
        }
        ServiceError::DeliveryNotDead => {
            anyhow!("delivery {id} is no dead letter, and only dead letters can be discarded: `ates bus list --status dead` shows them")
        }
        other => in_words(other).context(format!("delivery {id}")),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(subcommand)]
        command: BusCommand,
    }

    fn parsed(line: &str) -> Result<BusCommand, String> {
        Line::try_parse_from(["bus"].into_iter().chain(line.split(' '))).map(|line| line.command).map_err(|error| error.to_string())
    }

    #[test]
    fn a_wrong_name_is_answered_with_the_right_ones() {
        let error = parsed("list --subscription accounting.weather").expect_err("there is no such subscription");
        assert!(error.contains("accounting.task_create"), "{error}");
        let error = parsed("list --status gone").expect_err("there is no such status");
        assert!(error.contains("in_flight"), "{error}");
    }

    #[test]
    fn a_filter_is_what_was_typed() {
        let Ok(BusCommand::RetryAll { which, yes: false }) = parsed("retry-all --subscription accounting.task_assign --error refused")
        else {
            panic!("the command is right");
        };
        let filter = which.filter(None).expect("a filter");
        assert_eq!(filter.subscription, Some(Subscription::AccountingTaskAssign));
        assert_eq!(filter.error_part.as_deref(), Some("refused"));
        parsed("discard 17").expect_err("a reason is needed");
    }
}

//! An installation of a test's own.

use std::sync::Arc;

use auth::{Auth, SCHEMA, SamePhoto, recogniser::BeakRecogniser};
use contracts::{
    Actor, Caller, DisplayName, Email, Locale, Role, ServiceError, UserId,
    auth::{Applicant, Auth as _, EnrolmentPhoto, LoggedIn, Recognition, SecretToken},
};
use platform::{
    config::{self, FirstAdmin},
    database::{self, BUS, Database},
    randomness::Randomness,
};
use sqlx::{AssertSqlSafe, PgPool};

use crate::pictures::photo;

pub(crate) struct Company {
    pub(crate) auth: Auth,
    pub(crate) database: Database,
    /// May do what the service may not: set clocks back, look into tables.
    owner: PgPool,
}

impl Company {
    /// An empty installation, as it is set up by default.
    pub(crate) async fn new() -> Self {
        Self::with_first_admin(FirstAdmin::Enrol).await
    }

    pub(crate) async fn with_first_admin(first_admin: FirstAdmin) -> Self {
        Self::with(first_admin, Arc::new(SamePhoto)).await
    }

    /// An empty installation where this looks at photos.
    pub(crate) async fn with_recogniser(recogniser: Arc<dyn BeakRecogniser>) -> Self {
        Self::with(FirstAdmin::Enrol, recogniser).await
    }

    async fn with(first_admin: FirstAdmin, recogniser: Arc<dyn BeakRecogniser>) -> Self {
        let database = testdb::database(&[&BUS, &SCHEMA]).await;
        let settings = config::Auth { first_admin, session_days: 30 };
        let pool = database.pool(database::Role::Auth);
        let auth = Auth::new(pool, settings, Randomness::seeded(7), recogniser);
        let owner = database.pool(database::Role::Owner);
        Self { auth, database, owner }
    }

    /// Enrols whoever is in the photo of this seed.
    pub(crate) async fn enrol(&self, seed: u64) -> LoggedIn {
        self.auth.enrol(EnrolmentPhoto::Bytes(photo(seed)), applicant(seed)).await.expect("the parrot enrols")
    }

    /// An admin (the first employee, seed 1) and a worker (seed 2).
    pub(crate) async fn with_two() -> (Self, Caller, Caller) {
        let company = Self::new().await;
        let (admin, worker) = (company.enrol(1).await.profile.caller(), company.enrol(2).await.profile.caller());
        assert_eq!((admin.role, worker.role), (Role::Admin, Role::Worker));
        (company, admin, worker)
    }

    pub(crate) async fn log_in(&self, seed: u64) -> LoggedIn {
        known(self.auth.log_in(photo(seed)).await)
    }

    /// The ticket that an unknown parrot gets for the photo of this seed.
    pub(crate) async fn ticket(&self, seed: u64) -> SecretToken {
        unknown(self.auth.log_in(photo(seed)).await)
    }

    pub(crate) async fn enrol_by_ticket(&self, ticket: &SecretToken, applicant: Applicant) -> Result<LoggedIn, ServiceError> {
        self.auth.enrol(EnrolmentPhoto::Ticket(ticket.clone()), applicant).await
    }

    /// The role of whoever holds the session, as it is now.
    pub(crate) async fn role(&self, token: &SecretToken) -> Option<Role> {
        self.auth.session(token).await.expect("the service answers").map(|profile| profile.user.role)
    }

    pub(crate) async fn as_operator(&self, user_id: UserId, role: Role) {
        self.auth.set_role(Actor::Operator, user_id, role).await.expect("an operator may");
    }

    /// Does something to the tables, as their owner.
    pub(crate) async fn execute(&self, statement: &str) {
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&self.owner).await.expect(statement);
    }

    /// A number that a query finds, as the tables' owner.
    pub(crate) async fn count(&self, query: &str) -> i64 {
        sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(&self.owner).await.expect(query)
    }
}

/// What a parrot with this number tells of itself.
pub(crate) fn applicant(number: u64) -> Applicant {
    named(&format!("Parrot {number}"), &format!("parrot{number}@parrots.example"))
}

pub(crate) fn named(display_name: &str, email: &str) -> Applicant {
    Applicant {
        display_name: DisplayName::parse(display_name).expect("a name"),
        email: Email::parse(email).expect("an address"),
        locale: Locale::En,
    }
}

pub(crate) fn known(recognition: Result<Recognition, ServiceError>) -> LoggedIn {
    match recognition.expect("the photo is in order") {
        Recognition::Known(logged_in) => logged_in,
        Recognition::Unknown { .. } => panic!("the parrot is not recognised"),
    }
}

pub(crate) fn unknown(recognition: Result<Recognition, ServiceError>) -> SecretToken {
    match recognition.expect("the photo is in order") {
        Recognition::Unknown { ticket } => ticket,
        Recognition::Known(logged_in) => panic!("taken for {}", logged_in.profile.user.display_name),
    }
}

#[cfg(feature = "ssr")]
use contracts::{
    Locale,
    accounting::{Accounting, Balance, PendingEntry},
};
use leptos::{prelude::*, server_fn::codec::GetUrl};

#[cfg(feature = "ssr")]
use super::{
    OWN_ACCOUNT_PATH,
    entry::{Change, ChangeCell, Occasion, OccasionCell},
};
use crate::{
    design::ErrorNotice,
    error::AppError,
    json::Json,
    live::{Live, LiveNote},
};
#[cfg(feature = "ssr")]
use crate::{
    i18n::{Amount, text},
    preferences::Preferences,
    service::service,
    session::CurrentSession,
};

/// What an account holds now and what is to come, written for its reader.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BalanceSheet {
    /// Whether anything was booked yet.
    has_account: bool,
    balance: String,
    /// Whether something is owed.
    is_debt: bool,
    /// What would be paid if the day ended now.
    payable: String,
    /// What has happened and is not booked yet.
    pending: Vec<Pending>,
    /// Whether there may be more of that.
    more_pending: bool,
}

/// What is not booked yet.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pending {
    occasion: Occasion,
    /// Nothing as long as the task has no price.
    change: Option<Change>,
    /// Whether it waits for a person.
    given_up: bool,
}

/// The caller's balance, as markup; nothing for those who have no account. No sum is worked out in the browser.
#[server(endpoint = "own_balance", input = GetUrl, output = Json)]
async fn own_balance() -> Result<Option<String>, AppError> {
    let caller = CurrentSession::required()?.caller();
    let balance = service::<dyn Accounting>().own_balance(caller).await?;
    let preferences = Preferences::current();
    provide_context(preferences);
    let sheet = BalanceSheet::of(balance, preferences.locale);
    Ok(sheet.has_account.then(|| view! { <OwnBalanceCard sheet /> }.to_html()))
}

#[cfg(feature = "ssr")]
impl BalanceSheet {
    pub(super) fn of(balance: Balance, locale: Locale) -> Self {
        let Balance { account_id, balance, payable, pending } = balance;
        Self {
            has_account: account_id.is_some(),
            balance: Amount(balance).written(locale),
            is_debt: balance.is_negative(),
            payable: Amount(payable).written(locale),
            pending: pending.entries.into_iter().map(|entry| Pending::of(entry, locale)).collect(),
            more_pending: pending.more,
        }
    }
}

#[cfg(feature = "ssr")]
impl BalanceSheet {
    /// What becomes of the balance when the day ends, in a sentence.
    fn outlook(&self) -> String {
        let text = text().accounting();
        if self.is_debt { text.debt().to_owned() } else { text.payable(&self.payable) }
    }
}

#[cfg(feature = "ssr")]
impl Pending {
    fn of(entry: PendingEntry, locale: Locale) -> Self {
        let PendingEntry { entry_kind, signed_amount, event_time, task, given_up } = entry;
        Self {
            occasion: Occasion::of(entry_kind, event_time, None, task, locale),
            change: signed_amount.map(|amount| Change::of(entry_kind, amount, locale)),
            given_up,
        }
    }
}

/// The balance, large, what would be paid if the day ended now, and what is not booked yet.
#[cfg(feature = "ssr")]
#[component]
pub(super) fn BalanceNow(sheet: BalanceSheet) -> impl IntoView {
    let text = text().accounting();
    let outlook = sheet.outlook();
    let BalanceSheet { balance, pending, more_pending, .. } = sheet;
    view! {
        <div class="balance">
            <span class="balance-label">{text.balance()}</span>
            <span class="balance-amount">{balance}</span>
            <span class="field-hint">{outlook}</span>
        </div>
        <PendingEntries pending more_pending />
    }
}

#[cfg(feature = "ssr")]
#[component]
fn PendingEntries(pending: Vec<Pending>, more_pending: bool) -> impl IntoView {
    let text = text().accounting();
    if pending.is_empty() && !more_pending {
        return None;
    }
    let rows = pending.into_iter().map(|Pending { occasion, change, given_up }| {
        let why = if given_up { text.given_up() } else { text.under_way() };
        view! {
            <tr>
                <OccasionCell occasion />
                <td class="pending-why">{why}</td>
                <ChangeCell change />
            </tr>
        }
    });
    let more = more_pending.then(|| view! { <p class="field-hint">{text.more_pending()}</p> });
    Some(view! {
        <section class="pending card" aria-labelledby="pending">
            <h2 id="pending">{text.pending()}</h2>
            <table>
                <tbody>{rows.collect_view()}</tbody>
            </table>
            {more}
        </section>
    })
}

/// One's own balance beside other pages, for those who have an account, with the way to all of it. It keeps itself up to date.
#[component]
pub(crate) fn OwnBalance() -> impl IntoView {
    let live = Live::start();
    let sheet = Resource::new(move || live.changes(), |_| own_balance());
    live.ask_again_when(move || sheet.with(|sheet| matches!(sheet, Some(Err(error)) if error.is_outage())));
    let show = move |answer: Result<Option<String>, AppError>| match answer {
        Ok(Some(markup)) => view! {
            <aside class="own-balance card" aria-labelledby="own-balance">
                <div class="made" inner_html=markup></div>
                <LiveNote live />
            </aside>
        }
        .into_any(),
        Ok(None) => ().into_any(),
        Err(error) => view! { <ErrorNotice error /> }.into_any(),
    };
    view! { <Transition>{move || sheet.get().map(show)}</Transition> }
}

#[cfg(feature = "ssr")]
#[component]
fn OwnBalanceCard(sheet: BalanceSheet) -> impl IntoView {
    let text = text().accounting();
    let outlook = sheet.outlook();
    let BalanceSheet { balance, .. } = sheet;
    view! {
        <h2 id="own-balance">{text.headline()}</h2>
        <p class="own-balance-amount">{balance}</p>
        <p class="field-hint">{outlook}</p>
        <a href=OWN_ACCOUNT_PATH>{text.to_account()}</a>
    }
}

use contracts::{Locale, audit::AuditRule};

use crate::i18n::Text;

/// What must hold, in a sentence: for the page and the command line.
#[must_use]
pub fn rule_sentence(rule: AuditRule, locale: Locale) -> &'static str {
    let text = Text::from(locale).audit().rule();
    match rule {
        AuditRule::RunningSums => text.running_sums(),
        AuditRule::Balances => text.balances(),
        AuditRule::Payouts => text.payouts(),
        AuditRule::Letters => text.letters(),
        AuditRule::Income => text.income(),
        AuditRule::Deliveries => text.deliveries(),
        AuditRule::Discards => text.discards(),
        AuditRule::Prices => text.prices(),
        AuditRule::Withdrawals => text.withdrawals(),
        AuditRule::Deposits => text.deposits(),
        AuditRule::TaskEnds => text.task_ends(),
        AuditRule::Assignments => text.assignments(),
        AuditRule::Assignees => text.assignees(),
        AuditRule::ReassignRuns => text.reassign_runs(),
        AuditRule::OtherEntries => text.other_entries(),
        AuditRule::Runs => text.runs(),
        AuditRule::RunTotals => text.run_totals(),
        AuditRule::RunAccounts => text.run_accounts(),
        AuditRule::SentLetters => text.sent_letters(),
        AuditRule::Revisions => text.revisions(),
        AuditRule::Changes => text.changes(),
        AuditRule::AnalyticsIncome => text.analytics_income(),
        AuditRule::NegativeAccounts => text.negative_accounts(),
        AuditRule::RemarkableTasks => text.remarkable_tasks(),
    }
}

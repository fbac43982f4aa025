//! What the parrots of the demo company want done. It is their mail, not the program's text, so it is not in `app/locales`.

use contracts::Locale;

/// A task as somebody typed it in.
#[derive(Debug)]
pub(crate) struct TaskText {
    /// The language of who typed it.
    pub(crate) locale: Locale,
    pub(crate) title: &'static str,
    pub(crate) description: &'static str,
}

const fn en(title: &'static str, description: &'static str) -> TaskText {
    TaskText { locale: Locale::En, title, description }
}

const fn ru(title: &'static str, description: &'static str) -> TaskText {
    TaskText { locale: Locale::Ru, title, description }
}

/// In the order in which somebody thinks of them.
pub(crate) static TASKS: [TaskText; 40] = [
    en("Count the sunflower seeds in the east store", "Last quarter we had 48,211, give or take a mouse. Count twice, eat none."),
    en("Rehang the mirror in the meeting room", "It hangs so low that two colleagues spent Monday in talks with themselves."),
    en("Write the minutes of the dawn chorus", "Who sang, in what order, and what was agreed. Leave out the solos."),
    ru("Перевести вывеску на человеческий", "Гости читают «Кря» и уходят к уткам. Нужна табличка, понятная людям."),
    en("Oil the hinge of the cage door", "It squeaks in B flat and the cockatiels have started to answer."),
    en("Find out who says \"Hello\" at night", "Between two and three, from the direction of the archive. Friendly, but still."),
    en("Sort the crackers by size", "Small ones left, large ones right, broken ones to the tasting committee."),
    en("Prepare the talk \"Molting with dignity\"", "Twenty minutes and questions. The slides of last year have lost some feathers."),
    ru("Пересчитать жёрдочки после переезда", "По описи их сорок две. Если сорок одна — спросить у дятла."),
    en("Replace the newspaper on the floor", "Please use yesterday's: somebody is still reading today's."),
    en("Teach the new printer to say its name", "It says \"PC LOAD LETTER\". We believe it can do better."),
    en("Check the ladder to the upper branch", "Third rung from the top. Do not check it by jumping."),
    en("Return the borrowed pirate", "He was signed out for one afternoon in May and seems to like it here."),
    en("Tune the office bell", "A fifth above the kettle, so that we can tell lunch from tea."),
    ru("Ответить на письмо кота", "Вежливо, но твёрдо: на собеседование с клеткой не приходят."),
    en("Taste the new pellets and report", "The label says \"tropical\". Find out which tropics they mean."),
    en("Close the window on the windward side", "Three memos and a trainee have blown out of it this week."),
    en("Learn the phone's ringtone", "Perfectly, if possible. Then tell everybody it was you the whole time."),
    en("Repaint the wooden parrot in the lobby", "Visitors keep asking it for directions. It should at least look as if it knew."),
    en("Measure the wingspan of the archive", "We need to know whether two can pass between the shelves, wings out."),
    ru("Составить график купания в раковине", "По десять минут на клюв. Брызгать — только в отведённое время."),
    en("Collect the pens that fell behind the radiator", "All of them have bite marks. It will not be held against anybody."),
    en("Explain the coffee machine to the budgies", "Again. With pictures this time, and without letting them ride the tray."),
    en("Draft a polite word for \"squawk\"", "For the letter to the neighbours. \"Vocal exercise\" was rejected."),
    en("Label the nuts that are not for eating", "Also the bolts. Penelope keeps the list."),
    en("Rehearse the fire drill without the whistle", "Everybody can do the whistle. Nobody left the building."),
    ru("Научить стажёра говорить «добрый день»", "Пока он умеет только «кто там». Клиенты начинают сомневаться."),
    en("Find the missing half of the walnut", "Last seen on the desk of the manager, who knows nothing about it."),
    en("Wrap the anniversary mango", "It should look like anything but a mango."),
    en("Proofread the echo", "It repeats the last word only. We pay for whole sentences."),
    en("Water the plastic palm", "It makes the visitors feel better about their own."),
    en("Take the portrait of the month", "Left side, please. Everybody has agreed that the left side is the good one."),
    ru("Убрать семечки из клавиатуры", "Буква «ш» шелестит. Остальные пока держатся."),
    en("Book a perch with a view for the board", "South-facing, no draught, and out of earshot of the canaries."),
    en("Repeat what was said at the meeting", "Word for word. Coughs may be left out, promises may not."),
    en("Put the lid back on the peanut jar", "And find out who has learned to take it off."),
    en("Write a friendly reminder about the ceiling fan", "It is not a carousel, however often the trainees say \"wheee\"."),
    en("Test the new bath for depth", "Ankles are fine. Hats should stay dry."),
    ru("Подготовить речь к проводам попугая-пирата", "Без слова «пиастры»: он расстраивается."),
    en("Plan tomorrow's nap", "Half an hour after lunch, everybody at once, beaks under wings."),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use contracts::tracker::NewTask;

    use super::*;

    #[test]
    fn every_task_can_be_created_and_has_a_title_of_its_own() {
        let titles: HashSet<&str> = TASKS.iter().map(|task| task.title).collect();
        assert_eq!(titles.len(), TASKS.len());
        for TaskText { title, description, .. } in &TASKS {
            let task = NewTask::parse(title, description).expect(title);
            assert_eq!((task.title(), task.description()), (*title, *description));
        }
    }
}

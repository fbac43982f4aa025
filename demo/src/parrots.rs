//! Who works in the demo company.

use contracts::{
    DisplayName, Email, Locale, Role, ServiceError,
    auth::{Applicant, EnrolmentPhoto},
};

use crate::{
    looks,
    portrait::{look::Look, portrait},
};

/// A parrot of the demo company.
#[derive(Debug)]
pub struct Parrot {
    /// What stands for it in addresses and forms.
    pub key: &'static str,
    /// Its name.
    pub display_name: &'static str,
    /// How it is called for short.
    pub given_name: &'static str,
    /// Where its letters would go: nowhere, because nobody can own a domain that ends in `.example`.
    pub email: &'static str,
    /// The role it is given. Whoever is logged in as the admin may give it another one.
    pub role: Role,
    /// The language of its letters and pages.
    pub locale: Locale,
    look: Look,
}

/// All of them, in the order in which they enrol. The first one is the admin. The last one starts when the week is over: as long as it
/// is missing, the company is not finished.
pub static PARROTS: [Parrot; 8] = [
    Parrot {
        key: "ada",
        display_name: "Ada Greyfeather",
        given_name: "Ada",
        email: "ada.greyfeather@parrots.example",
        role: Role::Admin,
        locale: Locale::En,
        look: looks::ADA,
    },
    Parrot {
        key: "hernando",
        display_name: "Hernando Macaw",
        given_name: "Hernando",
        email: "hernando.macaw@parrots.example",
        role: Role::Manager,
        locale: Locale::En,
        look: looks::HERNANDO,
    },
    Parrot {
        key: "penelope",
        display_name: "Penelope Nutt",
        given_name: "Penelope",
        email: "penelope.nutt@parrots.example",
        role: Role::Accountant,
        locale: Locale::En,
        look: looks::PENELOPE,
    },
    Parrot {
        key: "innokenty",
        display_name: "Иннокентий Перьев",
        given_name: "Иннокентий",
        email: "innokenty.perev@parrots.example",
        role: Role::Worker,
        locale: Locale::Ru,
        look: looks::INNOKENTY,
    },
    Parrot {
        key: "arkady",
        display_name: "Аркадий Хохолков",
        given_name: "Аркадий",
        email: "arkady.khokholkov@parrots.example",
        role: Role::Worker,
        locale: Locale::Ru,
        look: looks::ARKADY,
    },
    Parrot {
        key: "mango",
        display_name: "Mango Featherstone",
        given_name: "Mango",
        email: "mango.featherstone@parrots.example",
        role: Role::Worker,
        locale: Locale::En,
        look: looks::MANGO,
    },
    Parrot {
        key: "jasper",
        display_name: "Jasper Squawkins",
        given_name: "Jasper",
        email: "jasper.squawkins@parrots.example",
        role: Role::Worker,
        locale: Locale::En,
        look: looks::JASPER,
    },
    Parrot {
        key: "pip",
        display_name: "Pip Shellby",
        given_name: "Pip",
        email: "pip.shellby@parrots.example",
        role: Role::Worker,
        locale: Locale::En,
        look: looks::PIP,
    },
];

impl Parrot {
    /// The photo it logs in with: a PNG. Painting takes some hundredths of a second.
    ///
    /// A version of the program that paints it otherwise is not recognised in a company that an older one founded.
    #[must_use]
    pub fn portrait(&self) -> Vec<u8> {
        portrait(&self.look)
    }

    /// What it tells of itself when it enrols.
    pub(crate) fn applicant(&self) -> Result<Applicant, ServiceError> {
        Ok(Applicant {
            display_name: DisplayName::parse(self.display_name).map_err(ServiceError::Invalid)?,
            email: Email::parse(self.email).map_err(ServiceError::Invalid)?,
            locale: self.locale,
        })
    }

    /// What it shows when it enrols.
    pub(crate) fn enrolment_photo(&self) -> EnrolmentPhoto {
        EnrolmentPhoto::Bytes(self.portrait())
    }
}

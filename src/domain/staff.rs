//! Who works here and what each role may do. The table of permissions is here and nowhere else; `http` asks
//! it before anything of a request is decoded.

use super::customer::{Email, Name};
use super::id::StaffId;
use super::word::words;

words! {
    /// What somebody is in the shop.
    Role {
        Owner = "owner",
        Manager = "manager",
        Clerk = "clerk",
        Viewer = "viewer",
    }
}

words! {
    /// What somebody may do. A page or an act needs exactly one of these.
    Permission {
        /// One's own account: password, second factor, sessions. Everybody who is logged in.
        OwnAccount = "own_account",
        /// Dashboard, orders, links, plans and promotions, to read. Views of personal data are logged.
        See = "see",
        /// Orders as a file.
        Export = "export",
        /// Make, send, extend, stop and duplicate pay links.
        MakeLinks = "make_links",
        /// Shipped, completed, notes, "ask now".
        TendOrders = "tend_orders",
        /// Give money back, and decide about payments that wait for a person.
        MoveMoney = "move_money",
        /// Plans, prices and promotion codes.
        SetPrices = "set_prices",
        /// Policies of the shop, and what the doctor says.
        Settings = "settings",
        /// Invite, change and dismiss staff; read the audit log.
        ManageStaff = "manage_staff",
    }
}

impl Role {
    /// The permission table.
    pub const fn may(self, permission: Permission) -> bool {
        use Permission::{Export, MakeLinks, MoveMoney, OwnAccount, See, SetPrices, TendOrders};
        match self {
            Self::Owner => true,
            Self::Manager => {
                matches!(permission, OwnAccount | See | Export | MakeLinks | TendOrders | MoveMoney | SetPrices)
            }
            Self::Clerk => matches!(permission, OwnAccount | See | MakeLinks | TendOrders),
            Self::Viewer => matches!(permission, OwnAccount | See),
        }
    }
}

/// Somebody who works here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    pub id: StaffId,
    pub email: Email,
    pub name: Name,
    pub role: Role,
    /// A second factor is asked for at login.
    pub has_second_factor: bool,
    /// The password was given by somebody else and must be replaced before anything else.
    pub must_change_password: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_what_the_next_lower_one_may() {
        for pair in Role::ALL.windows(2) {
            for permission in Permission::ALL {
                assert!(pair[0].may(*permission) || !pair[1].may(*permission), "{pair:?} {permission:?}");
            }
        }
    }

    #[test]
    fn a_viewer_changes_nothing_and_only_the_owner_keeps_the_keys() {
        let of = |role: Role| Permission::ALL.iter().copied().filter(|one| role.may(*one)).collect::<Vec<_>>();
        assert_eq!(of(Role::Viewer), [Permission::OwnAccount, Permission::See]);
        assert!(!Role::Manager.may(Permission::ManageStaff) && Role::Owner.may(Permission::ManageStaff));
        assert!(!Role::Clerk.may(Permission::MoveMoney) && !Role::Clerk.may(Permission::Export));
    }
}

//! Partitions, zone configurations and policies as const data.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::ident;
use crate::model::{PartitionBy, Partitioning, Table};
use crate::parse::{Constraint, PartitionValue, PolicyAttr, Role, ZoneAttr};

/// `PartitioningDef::table(..)`.
pub(super) fn partitioning(partitioning: &Partitioning) -> TokenStream {
    let by = by(&partitioning.by);
    if partitioning.all {
        return quote!(__crdb::PartitioningDef::all(#by));
    }
    let index = partitioning.index.as_ref();
    index.map_or_else(
        || quote!(__crdb::PartitioningDef::table(#by)),
        |name| quote!(__crdb::PartitioningDef::index(#name, #by)),
    )
}

fn by(all: &PartitionBy) -> TokenStream {
    let method = ident(if all.range { "range" } else { "list" });
    let columns = &all.columns;
    let partitions = all.partitions.iter().map(|one| {
        let name = &one.name;
        let rows = one.rows.iter().map(|row| {
            let values = row.iter().map(|value| match value {
                PartitionValue::Text(text) => quote!(__crdb::PartitionValue::Text(#text)),
                PartitionValue::Sql(sql) => quote!(__crdb::PartitionValue::Sql(#sql)),
                PartitionValue::Special(variant) => {
                    let variant = ident(variant);
                    quote!(__crdb::PartitionValue::#variant)
                }
            });
            quote!(&[#(#values),*])
        });
        let values = if all.range { quote!(#(#rows),*) } else { quote!(&[#(#rows),*]) };
        let again = one.by.as_ref().map(|again| {
            let again = by(again);
            quote!(.by(&#again))
        });
        quote!(__crdb::PartitionDef::#method(#name, #values)#again)
    });
    quote!(__crdb::PartitionBy::#method(&[#(#columns),*], &[#(#partitions),*]))
}

/// `ZoneDef::new(..)`.
pub(super) fn zone(zone: &ZoneAttr) -> TokenStream {
    let config = config(zone, &quote!(__crdb));
    let index = zone.index.as_ref().map(|name| {
        let name = &name.value;
        quote!(.index(#name))
    });
    let partition = zone.partition.as_ref().map(|name| {
        let name = &name.value;
        quote!(.partition(#name))
    });
    quote!(__crdb::ZoneDef::new(#config)#index #partition)
}

fn config(zone: &ZoneAttr, p: &TokenStream) -> TokenStream {
    let numbers = zone.numbers.iter().map(|(name, number)| {
        let (name, number) = (ident(name), proc_macro2::Literal::u64_unsuffixed(*number));
        quote!(.#name(#number))
    });
    let constraints = [("constraints", &zone.constraints), ("voter_constraints", &zone.voter_constraints)];
    let constraints = constraints.into_iter().filter_map(|(name, all)| {
        let (name, all) = (ident(name), constraint_list(all.as_ref()?, p));
        Some(quote!(.#name(#all)))
    });
    let leases = zone.lease_preferences.as_ref().map(|all| {
        let all = all.iter().map(|one| {
            let one = &one.all;
            quote!(&[#(#one),*])
        });
        quote!(.lease_preferences(&[#(#all),*]))
    });
    let copies = (!zone.copies.is_empty()).then(|| {
        let fields = zone.copies.iter().map(|variant| {
            let variant = ident(variant);
            quote!(#p::ZoneField::#variant)
        });
        quote!(.copy_from_parent(&[#(#fields),*]))
    });
    quote!(#p::ZoneConfig::new()#(#numbers)*#(#constraints)*#leases #copies)
}

fn constraint_list(all: &[Constraint], p: &TokenStream) -> TokenStream {
    if all.iter().any(|one| one.replicas.is_some()) {
        let several = all.iter().map(|one| {
            let (all, replicas) = (&one.all, one.replicas.unwrap_or_default());
            quote!((&[#(#all),*], #replicas))
        });
        quote!(#p::ZoneConstraints::PerReplica(&[#(#several),*]))
    } else {
        let all = all.iter().flat_map(|one| &one.all);
        quote!(#p::ZoneConstraints::All(&[#(#all),*]))
    }
}

/// What only the compiler can check, each at the attribute's span.
pub(super) fn checks(table: &Table) -> TokenStream {
    let p = super::private();
    let zones = table.zones.iter().map(|zone| {
        let config = config(zone, &p);
        quote_spanned!(zone.span=> const _: () = ::crdb_orm::__private::const_check::zone(&#config);)
    });
    let texts = table.policies.iter().flat_map(|policy| [&policy.using, &policy.check]).flatten();
    let policies = texts.map(|text| {
        let (sql, span) = (&text.value, text.span);
        quote_spanned!(span=> const _: () = ::crdb_orm::__private::const_check::one_expression(#sql);)
    });
    quote!(#(#zones)* #(#policies)*)
}

/// `PolicyDef::new(..)`.
pub(super) fn policy(policy: &PolicyAttr) -> TokenStream {
    let name = &policy.name.value;
    let command = policy.command.map(|(command, _)| {
        let command = ident(command);
        quote!(.command(__crdb::PolicyCommand::#command))
    });
    let restrictive = policy.restrictive.then(|| quote!(.restrictive()));
    let roles = (!policy.roles.is_empty()).then(|| {
        let roles = policy.roles.iter().map(|role| match role {
            Role::Special(variant) => {
                let variant = ident(variant);
                quote!(__crdb::PolicyRole::#variant)
            }
            Role::Named(name) => {
                let name = &name.value;
                quote!(__crdb::PolicyRole::Named(#name))
            }
        });
        quote!(.to(&[#(#roles),*]))
    });
    let conditions = [("using", &policy.using), ("check", &policy.check)];
    let conditions = conditions.into_iter().filter_map(|(name, text)| {
        let (name, text) = (ident(name), &text.as_ref()?.value);
        Some(quote!(.#name(#text)))
    });
    quote!(__crdb::PolicyDef::new(#name)#command #restrictive #roles #(#conditions)*)
}

/// `.row_level_security(..)`.
pub(super) fn security(forced: bool) -> TokenStream {
    let variant = ident(if forced { "Forced" } else { "Enabled" });
    quote!(.row_level_security(__crdb::RowLevelSecurity::#variant))
}

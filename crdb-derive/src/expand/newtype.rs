//! A newtype that is one column.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Ident, Member, Type};

use super::{allow, private};

/// Everything that `#[derive(CrdbType)]` adds.
pub(crate) fn expand(ident: &Ident, member: &Member, ty: &Type) -> TokenStream {
    let (private, allow) = (private(), allow());
    let inner = quote_spanned!(ty.span()=> <#ty as __crdb::SqlType>);
    quote! {
        #allow
        const _: () = {
            use #private as __crdb;

            impl __crdb::SqlType for #ident {
                const TYPE: __crdb::ColumnType = #inner::TYPE;

                fn encode(
                    &self,
                    out: &mut __crdb::BytesMut,
                ) -> ::core::result::Result<(), __crdb::BoxError> {
                    #inner::encode(&self.#member, out)
                }

                fn decode(raw: &[u8]) -> ::core::result::Result<Self, __crdb::BoxError> {
                    ::core::result::Result::Ok(Self { #member: #inner::decode(raw)? })
                }
            }
        };
    }
}

//! An enum of labels.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{allow, private};
use crate::check::Label;
use crate::names;
use crate::parse::EnumAst;

/// Everything that `#[derive(CrdbEnum)]` adds.
pub(crate) fn expand(ast: &EnumAst, labels: &[Label]) -> TokenStream {
    let (private, allow) = (private(), allow());
    let ident = &ast.ident;
    let vis = &ast.vis;
    let name = ast.name.as_ref().map_or_else(|| names::snake(ident), |text| text.value.clone());
    let schema = ast.schema.as_ref().map(|text| {
        let schema = &text.value;
        quote!(.in_schema(#schema))
    });
    let comment = super::option(ast.comment.as_ref().map(|comment| quote!(#comment)));
    let texts: Vec<_> = labels.iter().map(|label| &label.label).collect();
    let variants: Vec<_> = labels.iter().map(|label| &label.variant).collect();
    let bytes = texts.iter().map(|text| syn::LitByteStr::new(text.as_bytes(), ident.span()));
    // Variants with fields, or of two labels of one name, have been refused: `_` keeps the fallback whole.
    let rest = quote!(#[allow(unreachable_patterns)] _ => "",);
    let label = format_ident!("__crdb_label");
    quote! {
        #allow
        impl #ident {
            #[doc(hidden)]
            #vis const fn #label(self) -> &'static str {
                match self {
                    #(Self::#variants { .. } => #texts,)*
                    #rest
                }
            }
        }

        #allow
        const _: () = {
            use #private as __crdb;

            impl __crdb::SqlType for #ident {
                const TYPE: __crdb::ColumnType = __crdb::ColumnType::Enum(&__crdb::EnumDef {
                    name: __crdb::TypeName::new(#name)#schema,
                    labels: <Self as __crdb::SqlEnum>::LABELS,
                    comment: #comment,
                });

                fn encode(
                    &self,
                    out: &mut __crdb::BytesMut,
                ) -> ::core::result::Result<(), __crdb::BoxError> {
                    out.extend_from_slice(<Self as __crdb::SqlEnum>::label(self).as_bytes());
                    ::core::result::Result::Ok(())
                }

                fn decode(raw: &[u8]) -> ::core::result::Result<Self, __crdb::BoxError> {
                    match raw {
                        #(#bytes => ::core::result::Result::Ok(Self::#variants),)*
                        _ => ::core::result::Result::Err(__crdb::unknown_label::<Self>(raw)),
                    }
                }
            }

            impl __crdb::SqlEnum for #ident {
                const LABELS: &'static [&'static str] = &[#(#texts),*];

                fn label(&self) -> &'static str {
                    match self {
                        #(Self::#variants { .. } => #texts,)*
                        #rest
                    }
                }
            }
        };
    }
}

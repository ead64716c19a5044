//! A value of several fields.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned as _;

use super::{allow, private};
use crate::names;
use crate::parse::CompositeAst;

/// Everything that `#[derive(CrdbComposite)]` adds.
pub(crate) fn expand(ast: &CompositeAst, fields: &[String]) -> TokenStream {
    let (private, allow) = (private(), allow());
    let ident = &ast.ident;
    let name = ast.name.as_ref().map_or_else(|| names::snake(ident), |text| text.value.clone());
    let schema = ast.schema.as_ref().map(|text| {
        let schema = &text.value;
        quote!(.in_schema(#schema))
    });
    let comment = ast.comment.as_ref().map(|comment| quote!(.comment(#comment)));
    let count = fields.len();
    let all = || ast.fields.iter().zip(fields);
    let definitions = all().map(|(field, name)| {
        let ty = &field.ty;
        quote_spanned!(ty.span()=> __crdb::CompositeField::new(#name, <#ty as __crdb::Field>::TYPE))
    });
    let writes = all().map(|(field, _)| {
        let (member, ty) = (&field.ident, &field.ty);
        quote_spanned!(ty.span()=> writer.field::<#ty>(&self.#member)?;)
    });
    let reads = all().map(|(field, name)| {
        let (member, ty) = (&field.ident, &field.ty);
        quote_spanned!(ty.span()=> #member: reader.field::<#ty>(#name)?)
    });
    let checks = ast.fields.iter().map(|field| {
        let (rust, ty) = (names::plain(&field.ident), &field.ty);
        let check = Ident::new("composite_field", ty.span());
        quote_spanned! {ty.span()=>
            const _: () = ::crdb_orm::__private::const_check::#check(
                #rust,
                <#ty as ::crdb_orm::__private::Field>::TYPE,
            );
        }
    });
    quote! {
        #allow
        const _: () = {
            use #private as __crdb;

            impl __crdb::SqlType for #ident {
                const TYPE: __crdb::ColumnType = __crdb::ColumnType::Composite(&__crdb::CompositeDef::new(
                    __crdb::TypeName::new(#name)#schema,
                    &[#(#definitions),*],
                )#comment);

                fn encode(
                    &self,
                    out: &mut __crdb::BytesMut,
                ) -> ::core::result::Result<(), __crdb::BoxError> {
                    let mut writer = __crdb::CompositeWriter::new();
                    #(#writes)*
                    writer.finish(out);
                    ::core::result::Result::Ok(())
                }

                fn decode(raw: &[u8]) -> ::core::result::Result<Self, __crdb::BoxError> {
                    let mut reader = __crdb::CompositeReader::new(raw, #count)?;
                    ::core::result::Result::Ok(Self { #(#reads),* })
                }
            }
        };

        #(#checks)*
    }
}

//! `#[crdb_test]`.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned as _;
use syn::{Expr, FnArg, Ident, ItemFn, LitInt, LitStr, Token};

use crate::errors::{Errors, did_you_mean};

/// What may stand in the parentheses.
const OPTIONS: [&str; 4] = ["schema", "retries", "flavor", "worker_threads"];
const FLAVORS: [&str; 2] = ["current_thread", "multi_thread"];

/// The options as they are written.
#[derive(Default)]
pub(crate) struct Options {
    schema: Option<Expr>,
    retries: Option<u32>,
    flavor: Option<(String, Span)>,
    worker_threads: Option<(usize, Span)>,
    errors: Errors,
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut options = Self::default();
        let mut given: Vec<Ident> = Vec::new();
        while !input.is_empty() {
            let name: Ident = input.parse()?;
            if !input.peek(Token![=]) {
                return Err(syn::Error::new(name.span(), format!("write `{name} = ..`")));
            }
            input.parse::<Token![=]>()?;
            if given.contains(&name) {
                options.errors.add(name.span(), format!("`{name}` is given twice"));
            }
            options.set(&name, input)?;
            given.push(name);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(options)
    }
}

impl Options {
    fn set(&mut self, name: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        match name.to_string().as_str() {
            "schema" => self.schema = Some(input.parse()?),
            "retries" => {
                let number: LitInt = input.parse()?;
                self.retries = self.errors.take(number.base10_parse());
                if self.retries == Some(0) {
                    self.errors.add(number.span(), "a second run with no retry would be the first one again");
                }
            }
            "flavor" => {
                let flavor: LitStr = input.parse()?;
                if !FLAVORS.contains(&flavor.value().as_str()) {
                    let hint = did_you_mean(&flavor.value(), FLAVORS);
                    self.errors.add(flavor.span(), format!("there is no such flavor: {hint}"));
                }
                self.flavor = Some((flavor.value(), flavor.span()));
            }
            "worker_threads" => {
                let number: LitInt = input.parse()?;
                let threads: Option<usize> = self.errors.take(number.base10_parse());
                if threads == Some(0) {
                    self.errors.add(number.span(), "a runtime has at least one worker thread");
                }
                self.worker_threads = threads.map(|threads| (threads, number.span()));
            }
            other => {
                let hint = did_you_mean(other, OPTIONS);
                self.errors.add(name.span(), format!("`#[crdb_test]` has no option `{other}`: {hint}"));
                input.parse::<Expr>()?;
            }
        }
        Ok(())
    }

    fn is_multi_thread(&self) -> bool {
        self.flavor.as_ref().is_some_and(|(flavor, _)| flavor == "multi_thread")
    }
}

/// The test that a function becomes.
pub(crate) fn expand(mut options: Options, function: &ItemFn) -> TokenStream {
    let mut errors = std::mem::take(&mut options.errors);
    check(&options, function, &mut errors);
    if !errors.is_empty() {
        // What uses the names of the function's body shall not be reported as unused on top of it.
        let mut tokens = errors.into_tokens();
        tokens.extend(quote!(#[allow(dead_code)] #function));
        return tokens;
    }
    let (attributes, visibility, name) = (&function.attrs, &function.vis, &function.sig.ident);
    let (inputs, output, body) = (&function.sig.inputs, &function.sig.output, &function.block);
    let argument = inputs.first().map_or_else(
        || name.span(),
        |argument| match argument {
            FnArg::Typed(typed) => typed.ty.span(),
            FnArg::Receiver(receiver) => receiver.span(),
        },
    );
    let schema = options.schema.as_ref().map_or_else(
        || quote!(::core::option::Option::None),
        |schema| quote_spanned!(schema.span()=> ::core::option::Option::Some(&#schema)),
    );
    let retries = options.retries.unwrap_or(0);
    let multi_thread = options.is_multi_thread();
    let threads = options.worker_threads.map_or_else(
        || quote!(::core::option::Option::None),
        |(threads, _)| quote!(::core::option::Option::Some(#threads)),
    );
    let run = quote_spanned!(argument=> ::crdb_orm::testing::__run_test(options, body));
    quote! {
        #[::core::prelude::v1::test]
        #(#attributes)*
        #visibility fn #name() #output {
            async fn body(#inputs) #output #body
            let options = ::crdb_orm::testing::__TestOptions {
                schema: #schema,
                retries: #retries,
                multi_thread: #multi_thread,
                worker_threads: #threads,
            };
            #run
        }
    }
}

fn check(options: &Options, function: &ItemFn, errors: &mut Errors) {
    let signature = &function.sig;
    if signature.asyncness.is_none() {
        errors.add(signature.fn_token.span, "a `#[crdb_test]` is an `async fn`");
    }
    if !signature.generics.params.is_empty() {
        errors.add(signature.generics.span(), "nobody could say what a test's generic parameters are");
    }
    let wanted = "a `#[crdb_test]` has one parameter, its database: `db: TestDb` or `db: Database`";
    match signature.inputs.first() {
        None => errors.add(signature.ident.span(), wanted),
        Some(FnArg::Receiver(receiver)) => errors.add(receiver.span(), wanted),
        Some(FnArg::Typed(_)) => {}
    }
    for more in signature.inputs.iter().skip(1) {
        errors.add(more.span(), wanted);
    }
    for attribute in &function.attrs {
        if attribute.path().segments.last().is_some_and(|last| last.ident == "test") {
            errors.add(attribute.span(), "`#[crdb_test]` makes the test: leave this one out");
        }
    }
    if let Some((_, span)) = options.worker_threads.filter(|_| !options.is_multi_thread()) {
        errors.add(span, "`worker_threads` is for `flavor = \"multi_thread\"`");
    }
}

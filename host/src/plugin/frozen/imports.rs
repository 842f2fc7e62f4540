//! The newest's imports under an older version's names. A version links with these what did not change.

use crossdock_contract::PACKAGE;
use wasmtime::StoreContextMut;
use wasmtime::component::{Linker, LinkerInstance, Resource, ResourceType};

use crate::plugin::bindings::{context, crypto, http, log};
use crate::plugin::sandbox::{LentContext, Sandbox};

/// Links functions of the newest: each takes what the trait's function takes, and gives what it gives.
macro_rules! link {
    ($instance:expr, $($name:literal => $host:path, $method:ident ( $($argument:ident : $kind:ty),* );)*) => {$(
        $instance.func_wrap_async(
            $name,
            |mut store: StoreContextMut<'_, Sandbox>, ($($argument,)*): ($($kind,)*)| {
                Box::new(async move { Ok((<Sandbox as $host>::$method(store.data_mut() $(, $argument)*).await?,)) })
            },
        )?;
    )*};
}

/// Links everything that a component may import, as the newest has it.
pub fn link_all(linker: &mut Linker<Sandbox>, version: &str) -> wasmtime::Result<()> {
    link_types(linker, version)?;
    link_context(linker, version)?;
    link_http(linker, version)?;
    link_log(linker, version)?;
    link_crypto(linker, version)
}

/// Returns the place of an interface of the contract in the linker.
pub fn interface<'a>(
    linker: &'a mut Linker<Sandbox>,
    name: &str,
    version: &str,
) -> wasmtime::Result<LinkerInstance<'a, Sandbox>> {
    linker.instance(&format!("{PACKAGE}/{name}@{version}"))
}

/// Links `types`, which holds no function.
pub fn link_types(linker: &mut Linker<Sandbox>, version: &str) -> wasmtime::Result<()> {
    interface(linker, "types", version).map(drop)
}

/// Links `context`.
pub fn link_context(linker: &mut Linker<Sandbox>, version: &str) -> wasmtime::Result<()> {
    type Context = Resource<LentContext>;
    let mut instance = interface(linker, "context", version)?;
    // A guest only ever borrows the context, so there is nothing to drop.
    instance.resource("context", ResourceType::host::<LentContext>(), |_, _| Ok(()))?;
    link!(instance,
        "[method]context.field" => context::HostContext, field(context: Context, key: String);
        "[method]context.account-kind" => context::HostContext, account_kind(context: Context);
        "[method]context.environment" => context::HostContext, environment(context: Context);
        "[method]context.locale" => context::HostContext, locale(context: Context);
        "[method]context.now-ms" => context::HostContext, now_ms(context: Context);
        "[method]context.time-left-ms" => context::HostContext, time_left_ms(context: Context);
        "[method]context.call-id" => context::HostContext, call_id(context: Context);
        "[method]context.endpoint-url" => context::HostContext, endpoint_url(context: Context, name: String);
    );
    Ok(())
}

/// Links `http`.
pub fn link_http(linker: &mut Linker<Sandbox>, version: &str) -> wasmtime::Result<()> {
    let mut instance = interface(linker, "http", version)?;
    link!(instance,
        "send" => http::Host, send(request: http::Request);
        "send-all" => http::Host, send_all(requests: Vec<http::Request>);
    );
    Ok(())
}

/// Links `log`.
pub fn link_log(linker: &mut Linker<Sandbox>, version: &str) -> wasmtime::Result<()> {
    type Line = (log::Level, String, Vec<(String, String)>);
    let mut instance = interface(linker, "log", version)?;
    instance.func_wrap_async("write", |mut store: StoreContextMut<'_, Sandbox>, (level, message, fields): Line| {
        Box::new(async move { log::Host::write(store.data_mut(), level, message, fields).await })
    })
}

/// Links `crypto`.
pub fn link_crypto(linker: &mut Linker<Sandbox>, version: &str) -> wasmtime::Result<()> {
    let mut instance = interface(linker, "crypto", version)?;
    link!(instance,
        "verify" => crypto::Host, verify(
            algorithm: crypto::Algorithm, key: String, message: Vec<u8>, signature: Vec<u8>
        );
    );
    Ok(())
}

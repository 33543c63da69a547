//! Usages as rows: amounts and reported cost as exact decimal text.

use std::collections::BTreeMap;

use rusqlite::types::Type;
use rusqlite::{Connection, Row, params};
use rust_decimal::Decimal;

use super::StoreError;
use super::columns::{key, named, optional_key};
use super::runs::Voice;
use crate::model::{Cost, Quantity, Usage, UsageUnit};

const COLUMNS: &str = "usage.id, usage.key, run.key, span_key, provider, model, reported_cost, reported_currency";

/// What became of a usage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was not known.
    Added,
    /// More became known of it.
    Changed,
    /// It was known exactly so.
    Known,
}

/// Adds what is said of a usage.
pub fn upsert(connection: &Connection, run_id: i64, said: &Usage, voice: Voice) -> Result<Fate, StoreError> {
    let Some((id, stored)) = read_where(connection, "WHERE usage.key = ?1", [said.key.0])?.pop() else {
        connection
            .prepare_cached("INSERT INTO usage (key, run_id) VALUES (?1, ?2)")?
            .execute(params![said.key.0, run_id])?;
        write(connection, connection.last_insert_rowid(), said)?;
        return Ok(Fate::Added);
    };
    let mut usage = stored.clone();
    voice.set(&mut usage.span, said.span.as_ref());
    voice.set(&mut usage.provider, said.provider.as_ref());
    voice.set(&mut usage.model, said.model.as_ref());
    voice.set(&mut usage.reported_cost, said.reported_cost.as_ref());
    let mut quantities: BTreeMap<UsageUnit, Decimal> =
        usage.quantities.iter().map(|quantity| (quantity.unit, quantity.amount)).collect();
    let said_quantities = said.quantities.iter().map(|quantity| (quantity.unit, quantity.amount)).collect();
    voice.set_all(&mut quantities, &said_quantities);
    usage.quantities = quantities.into_iter().map(|(unit, amount)| Quantity { unit, amount }).collect();
    if usage == stored {
        return Ok(Fate::Known);
    }
    write(connection, id, &usage)?;
    Ok(Fate::Changed)
}

fn write(connection: &Connection, id: i64, usage: &Usage) -> Result<(), StoreError> {
    let cost = usage.reported_cost.as_ref();
    connection
        .prepare_cached(
            "UPDATE usage SET span_key = ?2, provider = ?3, model = ?4, reported_cost = ?5, reported_currency = ?6 WHERE id = ?1",
        )?
        .execute(params![
            id,
            usage.span.map(|span| span.0),
            usage.provider,
            usage.model,
            cost.map(|cost| cost.amount.to_string()),
            cost.map(|cost| cost.currency.as_str()),
        ])?;
    for quantity in &usage.quantities {
        connection
            .prepare_cached("INSERT OR REPLACE INTO usage_quantity (usage_id, unit, amount) VALUES (?1, ?2, ?3)")?
            .execute(params![id, quantity.unit.name(), quantity.amount.to_string()])?;
    }
    Ok(())
}

/// The usages of a run, in the order they became known.
pub fn of_run(connection: &Connection, run_id: i64) -> Result<Vec<Usage>, StoreError> {
    let usages = read_where(connection, "WHERE usage.run_id = ?1 ORDER BY usage.id", [run_id])?;
    Ok(usages.into_iter().map(|(_, usage)| usage).collect())
}

fn read_where(
    connection: &Connection,
    clause: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<(i64, Usage)>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM usage JOIN run ON run.id = usage.run_id {clause}");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(parameters, read)?;
    let mut usages = rows.collect::<Result<Vec<_>, _>>()?;
    for (id, usage) in &mut usages {
        usage.quantities = quantities(connection, *id)?;
    }
    Ok(usages)
}

fn quantities(connection: &Connection, id: i64) -> Result<Vec<Quantity>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT unit, amount FROM usage_quantity WHERE usage_id = ?1")?;
    let rows = statement
        .query_map([id], |row| Ok(Quantity { unit: named(row, 0, UsageUnit::from_name)?, amount: decimal(row, 1)? }))?;
    let mut quantities = rows.collect::<Result<Vec<_>, _>>()?;
    quantities.sort_by_key(|quantity| quantity.unit);
    Ok(quantities)
}

fn read(row: &Row<'_>) -> rusqlite::Result<(i64, Usage)> {
    let cost = match row.get::<_, Option<String>>(7)? {
        Some(currency) => Some(Cost { amount: decimal(row, 6)?, currency }),
        None => None,
    };
    let usage = Usage {
        key: key(row, 1)?,
        run: key(row, 2)?,
        span: optional_key(row, 3)?,
        provider: row.get(4)?,
        model: row.get(5)?,
        quantities: Vec::new(),
        reported_cost: cost,
    };
    Ok((row.get(0)?, usage))
}

fn decimal(row: &Row<'_>, index: usize) -> rusqlite::Result<Decimal> {
    let text = row.get_ref(index)?.as_str()?;
    text.parse().map_err(|_| {
        let words = format!("“{text}” is not an amount").into();
        rusqlite::Error::FromSqlConversionFailure(index, Type::Text, words)
    })
}

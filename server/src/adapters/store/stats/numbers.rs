//! The small numbers of subjects. A number is given once and stays, so that it may be remembered.

use std::collections::HashMap;
use std::sync::Mutex;

use diesel::dsl::max;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary, Text};

use crate::adapters::store::columns::AnyId;
use crate::adapters::store::connection::{AnyConn, AnyDb, Database, Run, Scoped};
use crate::adapters::store::errors::{Outcome, is_unique_violation, lost_race};
use crate::adapters::store::one_of::one_of;
use crate::adapters::store::schema::stat_subjects;
use crate::domain::codes::Code;
use crate::domain::sample::{Subject, SubjectKind};
use crate::ports::store::StoreResult;

/// Subjects that one statement asks for.
const ASKED_AT_ONCE: usize = 256;
/// Rows of one INSERT.
const INSERTED_AT_ONCE: usize = 1000;
/// Numbers that are remembered; a fleet of this size is asked for anew now and then.
const REMEMBERED: usize = 1 << 20;

/// What is known of the numbers without asking.
#[derive(Debug, Default)]
pub(in crate::adapters::store) struct KnownNumbers(Mutex<HashMap<Subject, i64>>);

impl KnownNumbers {
    fn of(&self, subjects: &[Subject]) -> HashMap<Subject, i64> {
        let known = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        subjects
            .iter()
            .filter_map(|subject| known.get(subject).map(|number| (*subject, *number)))
            .collect()
    }

    fn remember(&self, numbers: &HashMap<Subject, i64>) {
        let mut known = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if known.len() + numbers.len() > REMEMBERED {
            known.clear();
        }
        known.extend(numbers);
    }
}

/// Of those that have one.
pub(super) async fn known(
    database: &Database,
    remembered: &KnownNumbers,
    subjects: &[Subject],
) -> StoreResult<HashMap<Subject, i64>> {
    let mut numbers = remembered.of(subjects);
    let missing = without(subjects, &numbers);
    if !missing.is_empty() {
        let missing = &missing;
        let found = database
            .read(|c| Scoped::new(async move { find(c, missing).await }))
            .await?;
        remembered.remember(&found);
        numbers.extend(found);
    }
    Ok(numbers)
}

/// Of all of them: those that have none are given one.
pub(super) async fn given(
    database: &Database,
    remembered: &KnownNumbers,
    subjects: &[Subject],
) -> StoreResult<HashMap<Subject, i64>> {
    let mut numbers = known(database, remembered, subjects).await?;
    let missing = without(subjects, &numbers);
    if !missing.is_empty() {
        let missing = &missing;
        let found = database
            .transaction(|c| Scoped::new(async move { give_in_txn(c, missing).await }))
            .await?;
        remembered.remember(&found);
        numbers.extend(found);
    }
    Ok(numbers)
}

fn without(subjects: &[Subject], numbers: &HashMap<Subject, i64>) -> Vec<Subject> {
    let mut missing: Vec<Subject> = subjects
        .iter()
        .filter(|subject| !numbers.contains_key(subject))
        .copied()
        .collect();
    missing.sort_unstable();
    missing.dedup();
    missing
}

async fn find(c: &mut AnyConn, subjects: &[Subject]) -> Outcome<HashMap<Subject, i64>> {
    let mut found = HashMap::with_capacity(subjects.len());
    for kind in SubjectKind::ALL {
        let of_kind: Vec<AnyId> = subjects
            .iter()
            .filter(|subject| subject.kind() == *kind)
            .map(|subject| AnyId::from_uuid(subject.id()))
            .collect();
        for ids in of_kind.chunks(ASKED_AT_ONCE) {
            let query = stat_subjects::table
                .filter(stat_subjects::kind.eq(kind.code()))
                .filter(one_of(stat_subjects::subject_id, ids.iter().copied()))
                .select((stat_subjects::subject_id, stat_subjects::number));
            let rows: Vec<(AnyId, i64)> = query.all(c).await?;
            let subjects = rows
                .into_iter()
                .map(|(id, number)| (Subject::from_parts(*kind, id.as_uuid()), number));
            found.extend(subjects);
        }
    }
    Ok(found)
}

/// Whoever else gives the same number at the same time makes this run again.
async fn give_in_txn(c: &mut AnyConn, subjects: &[Subject]) -> Outcome<HashMap<Subject, i64>> {
    let mut numbers = find(c, subjects).await?;
    let newest: Option<i64> = stat_subjects::table
        .select(max(stat_subjects::number))
        .one(c)
        .await?;
    let free = newest.map_or(0, |newest| newest + 1);
    let rows: Vec<(i64, Subject)> = (free..).zip(without(subjects, &numbers)).collect();
    for rows in rows.chunks(INSERTED_AT_ONCE) {
        let rows = rows
            .iter()
            .map(|(number, subject)| (*number, subject.kind().code(), AnyId::from_uuid(subject.id())))
            .collect();
        match (InsertSubjects { rows }).exec(c).await {
            Ok(_) => {}
            Err(error) if is_unique_violation(&error) => return Err(lost_race()),
            Err(error) => return Err(error.into()),
        }
    }
    numbers.extend(rows.into_iter().map(|(number, subject)| (subject, number)));
    Ok(numbers)
}

/// `INSERT` of many rows, which diesel does not offer for two engines at once.
struct InsertSubjects {
    rows: Vec<(i64, &'static str, AnyId)>,
}

impl QueryFragment<AnyDb> for InsertSubjects {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, AnyDb>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql("INSERT INTO stat_subjects (number, kind, subject_id) VALUES ");
        for (index, (number, kind, id)) in self.rows.iter().enumerate() {
            out.push_sql(if index == 0 { "(" } else { ", (" });
            out.push_bind_param::<BigInt, _>(number)?;
            out.push_sql(", ");
            out.push_bind_param::<Text, _>(kind)?;
            out.push_sql(", ");
            out.push_bind_param::<Binary, _>(id)?;
            out.push_sql(")");
        }
        Ok(())
    }
}

impl QueryId for InsertSubjects {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

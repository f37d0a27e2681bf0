//! Rows become columns.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, RecordBatch,
    builder::{BooleanBuilder, Float64Builder, Int32Builder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder},
};
use arrow_schema::{ArrowError, SchemaRef};

use super::Cell;
use crate::schema::{Column, Kind, Table};

pub(crate) struct Columns {
    schema: SchemaRef,
    values: Vec<Values>,
    rows: usize,
}

impl Columns {
    pub(crate) fn of(table: &Table) -> Self {
        Self { schema: table.arrow(), values: table.columns.iter().map(Values::of).collect(), rows: 0 }
    }

    pub(crate) fn add(&mut self, row: &[Cell<'_>]) {
        self.rows += 1;
        for (values, cell) in self.values.iter_mut().zip(row) {
            values.add(cell);
        }
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn take(&mut self) -> Result<RecordBatch, ArrowError> {
        self.rows = 0;
        RecordBatch::try_new(self.schema.clone(), self.values.iter_mut().map(Values::take).collect())
    }
}

enum Values {
    Text(StringBuilder),
    Int(Int32Builder),
    BigInt(Int64Builder),
    Double(Float64Builder),
    Bool(BooleanBuilder),
    Instant(TimestampMicrosecondBuilder),
}

impl Values {
    fn of(column: &Column) -> Self {
        match column.kind {
            Kind::Text => Self::Text(StringBuilder::new()),
            Kind::Int => Self::Int(Int32Builder::new()),
            Kind::BigInt => Self::BigInt(Int64Builder::new()),
            Kind::Double => Self::Double(Float64Builder::new()),
            Kind::Bool => Self::Bool(BooleanBuilder::new()),
            Kind::Instant => Self::Instant(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
        }
    }

    fn add(&mut self, cell: &Cell<'_>) {
        match (self, cell) {
            (Self::Text(values), Cell::Text(text)) => values.append_option(text.as_deref()),
            (Self::Int(values), Cell::Int(number)) => values.append_option(*number),
            (Self::BigInt(values), Cell::BigInt(number)) => values.append_option(*number),
            (Self::Double(values), Cell::Double(number)) => values.append_option(*number),
            (Self::Bool(values), Cell::Bool(is)) => values.append_option(*is),
            (Self::Instant(values), Cell::Instant(at)) => values.append_option(at.map(|at| at.timestamp_micros())),
            // a column's type and its values are declared in one
            (_, cell) => unreachable!("{:?} in a column of another type", cell.kind()),
        }
    }

    fn take(&mut self) -> ArrayRef {
        match self {
            Self::Text(values) => Arc::new(values.finish()),
            Self::Int(values) => Arc::new(values.finish()),
            Self::BigInt(values) => Arc::new(values.finish()),
            Self::Double(values) => Arc::new(values.finish()),
            Self::Bool(values) => Arc::new(values.finish()),
            Self::Instant(values) => Arc::new(values.finish()),
        }
    }
}

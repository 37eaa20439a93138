//! Tables as Parquet: zstd, no dictionary for measured numbers, whose bytes are split by place.
//!
//! The same rows in the same batches give the same bytes: nothing of the machine, the clock or the threads
//! is written.

use std::fs::File;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, Float32Array, Float64Array, RecordBatch, StringArray, TimestampMillisecondArray,
    UInt32Array, UInt64Array,
};
use arrow_schema::{DataType, Field as ArrowField, Schema, SchemaRef, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;

use super::catalogue::{Field, Kind};
use super::values::Values;

const LEVEL: i32 = 3;

/// A table on its way into a file.
pub struct Writer {
    inner: ArrowWriter<File>,
    schema: SchemaRef,
}

impl Writer {
    /// Into a new file.
    pub fn new(file: File, fields: &[Field]) -> anyhow::Result<Self> {
        let columns = fields.iter().map(|f| {
            let number = matches!(f.kind, Kind::Single | Kind::Double);
            ArrowField::new(&f.name, data_type(f.kind), number)
        });
        let schema = Arc::new(Schema::new(columns.collect::<Vec<_>>()));
        let mut properties = WriterProperties::builder()
            .set_created_by(concat!("hashquake ", env!("CARGO_PKG_VERSION")).to_string())
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(LEVEL)?));
        for f in fields {
            if matches!(f.kind, Kind::Single | Kind::Double) {
                let path = ColumnPath::new(vec![f.name.clone()]);
                properties = properties
                    .set_column_dictionary_enabled(path.clone(), false)
                    .set_column_encoding(path, Encoding::BYTE_STREAM_SPLIT);
            }
        }
        let inner = ArrowWriter::try_new(file, schema.clone(), Some(properties.build()))?;
        Ok(Self { inner, schema })
    }

    /// Appends rows.
    pub fn batch(&mut self, columns: Vec<Values>) -> anyhow::Result<()> {
        let arrays = columns.into_iter().map(array).collect();
        let batch = RecordBatch::try_new(self.schema.clone(), arrays)?;
        Ok(self.inner.write(&batch)?)
    }

    /// Ends the file.
    pub fn finish(self) -> anyhow::Result<File> {
        Ok(self.inner.into_inner()?)
    }
}

fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Count => DataType::UInt32,
        Kind::Large => DataType::UInt64,
        Kind::Time => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
        Kind::Single => DataType::Float32,
        Kind::Double => DataType::Float64,
        Kind::Text => DataType::Utf8,
    }
}

/// NaN becomes null.
fn array(values: Values) -> ArrayRef {
    match values {
        Values::Count(v) => Arc::new(UInt32Array::from(v)),
        Values::Large(v) => Arc::new(UInt64Array::from(v)),
        Values::Time(v) => {
            let millis = v.into_iter().map(|t| t * 1000).collect::<Vec<_>>();
            Arc::new(TimestampMillisecondArray::from(millis).with_timezone("UTC"))
        }
        Values::Single(v) => {
            let known = v.into_iter().map(|x| (!x.is_nan()).then_some(x));
            Arc::new(known.collect::<Float32Array>())
        }
        Values::Double(v) => {
            let known = v.into_iter().map(|x| (!x.is_nan()).then_some(x));
            Arc::new(known.collect::<Float64Array>())
        }
        Values::Text(v) => Arc::new(StringArray::from(v)),
    }
}

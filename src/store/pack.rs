//! Packed columns: times and values as pco streams, the same bits out as in.
//!
//! pco (<https://github.com/pcodec/pcodec>) was the smallest lossless codec measured on such data, 0.76 bytes a
//! sample with timestamps. It finds by itself that times step evenly, that bytes are multiples of a page and that
//! decimals were rounded. Floats go through an order-preserving map of their bits, so NaN, infinities and -0 survive.

use pco::data_types::Number;
use pco::standalone::{simple_compress, simple_decompress_into};
use pco::{ChunkConfig, DeltaSpec, ModeSpec};

use super::StoreError;
use crate::model::Values;

/// Measured best for chunks of 65,536: level 12 is five times slower for 4 % less.
const LEVEL: usize = 8;
/// Below this many numbers a quick pass does as well.
const QUICK_BELOW: usize = 1024;
/// So few numbers, of a live source, are soon merged with others: looking for a pattern in them is for nothing.
const PLAIN_BELOW: usize = 8;
/// No column is longer: what a hostile row may make us allocate.
pub const MAX_NUMBERS: usize = 1 << 24;

/// Packs a column.
pub fn pack<T: Number>(numbers: &[T]) -> Result<Vec<u8>, StoreError> {
    let config = ChunkConfig::default();
    let config = match numbers.len() {
        0..PLAIN_BELOW => {
            config.with_compression_level(0).with_mode_spec(ModeSpec::Classic).with_delta_spec(DeltaSpec::NoOp)
        }
        PLAIN_BELOW..QUICK_BELOW => config.with_compression_level(4),
        _ => config.with_compression_level(LEVEL),
    };
    simple_compress(numbers, &config)
        .map_err(|error| StoreError::damaged(format!("samples could not be packed: {error}")))
}

/// Unpacks a column that has to hold `len` numbers.
pub fn unpack<T: Number + Default>(bytes: &[u8], len: usize) -> Result<Vec<T>, StoreError> {
    if len > MAX_NUMBERS {
        return Err(StoreError::damaged(format!("a column claims to hold {len} numbers")));
    }
    let mut numbers = vec![T::default(); len];
    let progress = simple_decompress_into(bytes, &mut numbers)
        .map_err(|error| StoreError::damaged(format!("packed samples cannot be read: {error}")))?;
    if progress.n_processed != len || !progress.finished {
        return Err(StoreError::damaged(format!("packed samples do not hold the {len} numbers they should")));
    }
    Ok(numbers)
}

/// Packs values of either type.
pub fn pack_values(values: &Values) -> Result<Vec<u8>, StoreError> {
    match values {
        Values::Integer(values) => pack(values),
        Values::Real(values) => pack(values),
    }
}

/// Unpacks values of the type with this stored name.
pub fn unpack_values(value_type: &str, bytes: &[u8], len: usize) -> Result<Values, StoreError> {
    match value_type {
        "integer" => Ok(Values::Integer(unpack(bytes, len)?)),
        "real" => Ok(Values::Real(unpack(bytes, len)?)),
        other => Err(StoreError::damaged(format!("samples are of an unknown type “{other}”"))),
    }
}

/// The stored name of a type of values.
pub fn value_type(values: &Values) -> &'static str {
    match values {
        Values::Integer(_) => "integer",
        Values::Real(_) => "real",
    }
}

/// Appends a column with its length in bytes before it.
pub fn append<T: Number>(bytes: &mut Vec<u8>, numbers: &[T]) -> Result<(), StoreError> {
    let packed = pack(numbers)?;
    let len = u32::try_from(packed.len()).map_err(|_| StoreError::damaged("a column is too long".to_owned()))?;
    bytes.extend_from_slice(&len.to_le_bytes());
    bytes.extend_from_slice(&packed);
    Ok(())
}

/// Takes a column that `append` wrote off the front.
pub fn take<T: Number + Default>(bytes: &mut &[u8], len: usize) -> Result<Vec<T>, StoreError> {
    let short = || StoreError::damaged("packed columns end too soon".to_owned());
    let (size, rest) = bytes.split_first_chunk::<4>().ok_or_else(short)?;
    let size = usize::try_from(u32::from_le_bytes(*size)).map_err(|_| short())?;
    let (column, rest) = rest.split_at_checked(size).ok_or_else(short)?;
    *bytes = rest;
    unpack(column, len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bits(values: &[f64]) -> Vec<u64> {
        values.iter().map(|value| value.to_bits()).collect()
    }

    /// Values as metrics have them, and every bit pattern there is.
    fn any_f64() -> impl Strategy<Value = f64> {
        prop_oneof![
            any::<u64>().prop_map(f64::from_bits),
            any::<i16>().prop_map(f64::from),
            (-1000i32..1000).prop_map(|tenths| f64::from(tenths) / 10.0),
            Just(f64::NAN),
            Just(f64::INFINITY),
            Just(f64::NEG_INFINITY),
            Just(-0.0),
            Just(f64::MIN_POSITIVE / 2.0),
        ]
    }

    fn any_i64() -> impl Strategy<Value = i64> {
        prop_oneof![any::<i64>(), -5i64..5, Just(i64::MIN), Just(i64::MAX), (0i64..1000).prop_map(|n| n * 4096)]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn every_integer_comes_back(values in prop::collection::vec(any_i64(), 0..1200)) {
            prop_assert_eq!(unpack::<i64>(&pack(&values).unwrap(), values.len()).unwrap(), values);
        }

        #[test]
        fn every_bit_of_a_float_comes_back(values in prop::collection::vec(any_f64(), 0..1200)) {
            let back = unpack::<f64>(&pack(&values).unwrap(), values.len()).unwrap();
            prop_assert_eq!(bits(&back), bits(&values));
        }

        #[test]
        fn broken_bytes_are_an_error_or_other_numbers(
            values in prop::collection::vec(any_f64(), 1..400), at in any::<prop::sample::Index>(), mask in 1u8..=255, cut in any::<bool>(),
        ) {
            let mut bytes = pack(&values).unwrap();
            let at = at.index(bytes.len());
            if cut { bytes.truncate(at) } else { bytes[at] ^= mask }
            let _ = unpack::<f64>(&bytes, values.len());
        }
    }

    #[test]
    fn a_wrong_length_is_an_error() {
        let bytes = pack(&[1i64, 2, 3]).unwrap();
        for len in [0, 2, 4, MAX_NUMBERS + 1] {
            assert!(unpack::<i64>(&bytes, len).is_err(), "{len}");
        }
        assert!(unpack::<f64>(&bytes, 3).is_err());
    }

    #[test]
    fn evenly_spaced_times_cost_next_to_nothing() {
        let times: Vec<i64> = (0..65_536).map(|index| 1_795_213_263_000_000_000 + index * 200_000_000).collect();
        assert!(pack(&times).unwrap().len() < 64);
    }
}

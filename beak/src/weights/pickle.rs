//! Reads what `torch.save` wrote before PyTorch 1.6: five pickles one after the other, then the raw values of each storage.
//!
//! A pickle is a program for a small stack machine that, in Python, may call anything. This machine knows the opcodes that a dictionary of
//! tensors needs and the two calls that build one; everything else is an error.
//!
//! The opcodes: <https://github.com/python/cpython/blob/main/Lib/pickletools.py>. The file:
//! `torch/serialization.py`, `_legacy_save`.

use std::{collections::BTreeMap, rc::Rc};

use super::tensor::Tensor;

/// The number with which such a file begins, as `torch` writes it: 0x1950a86a20f9469cfc6c, little-endian.
const MAGIC: [u8; 10] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

/// How deep values may be nested. The network's file needs 6; dropping deeper ones would need a deep stack.
const DEPTH_MAX: u32 = 32;

/// What builds an empty dictionary, and what builds a tensor from a storage.
const ORDERED_DICT: &str = "collections.OrderedDict";
const REBUILD_TENSOR: &str = "torch._utils._rebuild_tensor_v2";

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum PickleError {
    /// It ends too early.
    #[error("it ends in the middle")]
    Truncated,
    /// Something that no dictionary of tensors needs.
    #[error("opcode {opcode:#04x} at byte {at} is not supported")]
    Opcode {
        /// Which.
        opcode: u8,
        /// Where.
        at: usize,
    },
    /// A function or class that is not one of those two.
    #[error("it wants to call {0}")]
    Call(String),
    /// An operation on something else than it takes.
    #[error("{0}")]
    Malformed(&'static str),
}

use PickleError::Malformed;

/// What lies on the stack.
#[derive(Debug, Clone)]
enum Value {
    Mark,
    None,
    Integer(i64),
    LongInteger(Rc<[u8]>),
    Text(Rc<str>),
    Tuple(Rc<[Value]>),
    List(Vec<Value>),
    Dictionary(Vec<(Value, Value)>),
    Global(Rc<str>),
    Storage(Storage),
    Tensor(Rc<View>),
}

/// Values that lie behind the pickles.
#[derive(Debug, Clone)]
struct Storage {
    key: Rc<str>,
    kind: StorageKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StorageKind {
    Float,
    Long,
}

impl StorageKind {
    const fn value_bytes(self) -> usize {
        match self {
            Self::Float => 4,
            Self::Long => 8,
        }
    }
}

/// A tensor: a view into a storage.
#[derive(Debug)]
struct View {
    storage: Storage,
    offset: usize,
    shape: Vec<usize>,
    strides: Vec<usize>,
}

/// Reads all tensors of `f32`. Those of other types (counters of the training) are left out.
pub(super) fn read_checkpoint(bytes: &[u8]) -> Result<BTreeMap<String, Tensor>, PickleError> {
    let mut reader = Reader { bytes, at: 0 };
    match unpickle(&mut reader)? {
        Value::LongInteger(magic) if *magic == MAGIC => {}
        _ => return Err(Malformed("it is no file of torch.save")),
    }
    let (_protocol_version, _system) = (unpickle(&mut reader)?, unpickle(&mut reader)?);
    let Value::Dictionary(entries) = unpickle(&mut reader)? else { return Err(Malformed("it holds no dictionary")) };
    let Value::List(keys) = unpickle(&mut reader)? else { return Err(Malformed("it does not list its storages")) };
    let entries = entries.into_iter().map(tensor_entry).collect::<Result<Vec<_>, _>>()?;
    let kinds: BTreeMap<_, _> = entries.iter().map(|(_, view)| (Rc::clone(&view.storage.key), view.storage.kind)).collect();
    let storages = read_storages(&mut reader, &keys, &kinds)?;

    let floats = entries.into_iter().filter(|(_, view)| view.storage.kind == StorageKind::Float);
    floats
        .map(|(name, view)| {
            let storage = storages.get(&view.storage.key).ok_or(Malformed("a tensor without a storage"))?;
            let tensor = Tensor::from_view(storage, view.offset, &view.shape, &view.strides);
            Ok((name, tensor.ok_or(Malformed("a tensor that reaches beyond its storage"))?))
        })
        .collect()
}

fn tensor_entry((name, value): (Value, Value)) -> Result<(String, Rc<View>), PickleError> {
    match (name, value) {
        (Value::Text(name), Value::Tensor(view)) => Ok((name.to_string(), view)),
        _ => Err(Malformed("an entry that is no tensor")),
    }
}

/// Each has its length before it. Only those of `f32` are kept.
fn read_storages(
    reader: &mut Reader<'_>,
    keys: &[Value],
    kinds: &BTreeMap<Rc<str>, StorageKind>,
) -> Result<BTreeMap<Rc<str>, Vec<f32>>, PickleError> {
    let mut storages = BTreeMap::new();
    for key in keys {
        let Value::Text(key) = key else { return Err(Malformed("a storage without a name")) };
        let kind = *kinds.get(key).ok_or(Malformed("a storage that no tensor uses"))?;
        let count = usize::try_from(u64::from_le_bytes(reader.array()?)).map_err(|_| PickleError::Truncated)?;
        let bytes = reader.take(count.checked_mul(kind.value_bytes()).ok_or(PickleError::Truncated)?)?;
        if kind == StorageKind::Float {
            let (values, _) = bytes.as_chunks::<4>();
            storages.insert(Rc::clone(key), values.iter().map(|value| f32::from_le_bytes(*value)).collect());
        }
    }
    Ok(storages)
}

/// Runs one pickle to its end, and gives what it leaves on the stack.
fn unpickle(reader: &mut Reader<'_>) -> Result<Value, PickleError> {
    let mut machine = Machine { stack: Vec::new(), memo: BTreeMap::new() };
    loop {
        let at = reader.at;
        let opcode = reader.byte()?;
        match opcode {
            b'.' => return machine.pop(),
            0x80 => drop(reader.byte()?), // the version of the protocol
            b'(' => machine.push(Value::Mark),
            b'N' => machine.push(Value::None),
            b'}' => machine.push(Value::Dictionary(Vec::new())),
            b']' => machine.push(Value::List(Vec::new())),
            b')' => machine.push(Value::Tuple(Rc::new([]))),
            0x88 | 0x89 => machine.push(Value::Integer(i64::from(opcode == 0x88))), // True, False
            b'K' => machine.push(Value::Integer(reader.byte()?.into())),
            b'M' => machine.push(Value::Integer(u16::from_le_bytes(reader.array()?).into())),
            b'J' => machine.push(Value::Integer(i32::from_le_bytes(reader.array()?).into())),
            0x8a => machine.push(reader.long_integer()?),
            b'X' => machine.push(Value::Text(reader.text()?.into())),
            b'c' => machine.push(Value::Global(format!("{}.{}", reader.line()?, reader.line()?).into())),
            b'q' => machine.remember(reader.byte()?.into())?,
            b'r' => machine.remember(u32::from_le_bytes(reader.array()?))?,
            b'h' => machine.recall(reader.byte()?.into())?,
            b'j' => machine.recall(u32::from_le_bytes(reader.array()?))?,
            b't' => machine.tuple_from_mark()?,
            0x85..=0x87 => machine.tuple(usize::from(opcode - 0x84))?,
            b'e' => machine.append_from_mark()?,
            b's' => machine.set_item()?,
            b'u' => machine.set_items_from_mark()?,
            b'Q' => machine.persistent_storage()?,
            b'R' => machine.call()?,
            // An `OrderedDict` has attributes of its own, which hold nothing that is needed.
            b'b' => drop(machine.pop()?),
            opcode => return Err(PickleError::Opcode { opcode, at }),
        }
    }
}

/// A value, and how deep it is nested: nothing but itself is 0.
#[derive(Debug, Clone)]
struct Slot {
    value: Value,
    depth: u32,
}

/// The stack, and the values that are used again.
struct Machine {
    stack: Vec<Slot>,
    memo: BTreeMap<u32, Slot>,
}

impl Machine {
    fn push(&mut self, value: Value) {
        self.stack.push(Slot { value, depth: 0 });
    }

    fn pop(&mut self) -> Result<Value, PickleError> {
        self.stack.pop().map(|slot| slot.value).ok_or(Malformed("the stack is empty"))
    }

    fn remember(&mut self, index: u32) -> Result<(), PickleError> {
        let Slot { value, depth } = self.stack.last().ok_or(Malformed("the stack is empty"))?;
        let slot = match value {
            // A copy of a long list would be as long: whoever recalls it again and again would fill the memory.
            Value::List(_) => Slot { value: Value::List(Vec::new()), depth: 0 },
            Value::Dictionary(_) => Slot { value: Value::Dictionary(Vec::new()), depth: 0 },
            other => Slot { value: other.clone(), depth: *depth },
        };
        self.memo.insert(index, slot);
        Ok(())
    }

    fn recall(&mut self, index: u32) -> Result<(), PickleError> {
        self.stack.push(self.memo.get(&index).ok_or(Malformed("a value that was never stored"))?.clone());
        Ok(())
    }

    /// What was pushed since the last mark, which goes too, and how deep something is that holds it.
    fn take_from_mark(&mut self) -> Result<(Vec<Value>, u32), PickleError> {
        let mark = self.stack.iter().rposition(|slot| matches!(slot.value, Value::Mark)).ok_or(Malformed("no mark"))?;
        let taken = self.take(mark + 1)?;
        self.stack.pop();
        Ok(taken)
    }

    /// The stack from a height on, and how deep something is that holds it.
    fn take(&mut self, from: usize) -> Result<(Vec<Value>, u32), PickleError> {
        let slots = self.stack.split_off(from);
        let depth = slots.iter().map(|slot| slot.depth).max().unwrap_or_default() + 1;
        if depth > DEPTH_MAX {
            return Err(Malformed("values within values within values"));
        }
        Ok((slots.into_iter().map(|slot| slot.value).collect(), depth))
    }

    fn tuple_from_mark(&mut self) -> Result<(), PickleError> {
        let (values, depth) = self.take_from_mark()?;
        self.stack.push(Slot { value: Value::Tuple(values.into()), depth });
        Ok(())
    }

    fn tuple(&mut self, length: usize) -> Result<(), PickleError> {
        let (values, depth) = self.take(self.stack.len().checked_sub(length).ok_or(Malformed("the stack is too short"))?)?;
        self.stack.push(Slot { value: Value::Tuple(values.into()), depth });
        Ok(())
    }

    fn append_from_mark(&mut self) -> Result<(), PickleError> {
        let (values, depth) = self.take_from_mark()?;
        match self.stack.last_mut() {
            Some(Slot { value: Value::List(list), depth: deepest }) => {
                list.extend(values);
                *deepest = depth.max(*deepest);
                Ok(())
            }
            _ => Err(Malformed("only lists are appended to")),
        }
    }

    fn set_item(&mut self) -> Result<(), PickleError> {
        let (values, depth) = self.take(self.stack.len().checked_sub(2).ok_or(Malformed("the stack is too short"))?)?;
        self.set_items(values, depth)
    }

    fn set_items_from_mark(&mut self) -> Result<(), PickleError> {
        let (values, depth) = self.take_from_mark()?;
        self.set_items(values, depth)
    }

    /// Keys and values in turn.
    fn set_items(&mut self, values: Vec<Value>, depth: u32) -> Result<(), PickleError> {
        let Some(Slot { value: Value::Dictionary(dictionary), depth: deepest }) = self.stack.last_mut() else {
            return Err(Malformed("only dictionaries have items"));
        };
        let mut values = values.into_iter();
        while let (Some(key), Some(value)) = (values.next(), values.next()) {
            dictionary.push((key, value));
        }
        *deepest = depth.max(*deepest);
        Ok(())
    }

    /// A storage is named by `("storage", type, key, device, length, view)`.
    fn persistent_storage(&mut self) -> Result<(), PickleError> {
        let Value::Tuple(id) = self.pop()? else { return Err(Malformed("a storage without a name")) };
        let [_, Value::Global(kind), Value::Text(key), ..] = &*id else { return Err(Malformed("a storage without a name")) };
        let kind = match &**kind {
            "torch.FloatStorage" => StorageKind::Float,
            "torch.LongStorage" => StorageKind::Long,
            _ => return Err(Malformed("a storage of another type")),
        };
        self.push(Value::Storage(Storage { key: Rc::clone(key), kind }));
        Ok(())
    }

    /// Calls what lies below the arguments.
    fn call(&mut self) -> Result<(), PickleError> {
        let (Value::Tuple(arguments), Value::Global(name)) = (self.pop()?, self.pop()?) else { return Err(Malformed("a call of nothing")) };
        let result = match &*name {
            ORDERED_DICT => Value::Dictionary(Vec::new()),
            REBUILD_TENSOR => {
                let [Value::Storage(storage), offset, shape, strides, ..] = &*arguments else {
                    return Err(Malformed("a tensor without a storage"));
                };
                let (storage, offset) = (storage.clone(), length(offset)?);
                Value::Tensor(Rc::new(View { storage, offset, shape: lengths(shape)?, strides: lengths(strides)? }))
            }
            other => return Err(PickleError::Call(other.to_owned())),
        };
        self.push(result);
        Ok(())
    }
}

fn length(value: &Value) -> Result<usize, PickleError> {
    match value {
        Value::Integer(value) => usize::try_from(*value).map_err(|_| Malformed("a negative length")),
        _ => Err(Malformed("a length that is no number")),
    }
}

fn lengths(value: &Value) -> Result<Vec<usize>, PickleError> {
    match value {
        Value::Tuple(values) => values.iter().map(length).collect(),
        _ => Err(Malformed("a shape that is no tuple")),
    }
}

/// The bytes of the file, and how far they are read.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], PickleError> {
        let end = self.at.checked_add(count).ok_or(PickleError::Truncated)?;
        let taken = self.bytes.get(self.at..end).ok_or(PickleError::Truncated)?;
        self.at = end;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], PickleError> {
        self.take(N)?.try_into().map_err(|_| PickleError::Truncated)
    }

    fn byte(&mut self) -> Result<u8, PickleError> {
        self.array().map(|[byte]| byte)
    }

    fn text(&mut self) -> Result<&'a str, PickleError> {
        let length = u32::from_le_bytes(self.array()?);
        utf8(self.take(usize::try_from(length).map_err(|_| PickleError::Truncated)?)?)
    }

    fn line(&mut self) -> Result<&'a str, PickleError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| *byte == b'\n').ok_or(PickleError::Truncated)?;
        let line = self.take(length)?;
        self.at += 1;
        utf8(line)
    }

    /// Little-endian, of any length.
    fn long_integer(&mut self) -> Result<Value, PickleError> {
        let length = self.byte()?;
        let bytes = self.take(length.into())?;
        let mut value = [0; 8];
        match value.get_mut(..bytes.len()) {
            Some(low) if bytes.last().is_none_or(|high| *high < 0x80) => {
                low.copy_from_slice(bytes);
                Ok(Value::Integer(i64::from_le_bytes(value)))
            }
            _ => Ok(Value::LongInteger(bytes.into())),
        }
    }
}

fn utf8(bytes: &[u8]) -> Result<&str, PickleError> {
    std::str::from_utf8(bytes).map_err(|_| Malformed("text that is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A file as PyTorch writes it, with one tensor `w` of shape (2, 3), stored transposed.
    fn checkpoint() -> Vec<u8> {
        let magic = [b"\x80\x02\x8a\x0a", &MAGIC[..], b"."].concat();
        let entries = [
            &b"\x80\x02ccollections\nOrderedDict\nq\x00)Rq\x01X\x01\x00\x00\x00wctorch._utils\n_rebuild_tensor_v2\n"[..],
            b"((X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x06NtQ",
            b"K\x00K\x02K\x03\x86K\x01K\x02\x86\x89h\x00)RtRs.",
        ]
        .concat();
        let values: Vec<u8> = (0_u8..6).flat_map(|value| f32::from(value).to_le_bytes()).collect();
        let keys = b"\x80\x02]q\x00(X\x01\x00\x00\x000e.";
        [&magic[..], b"\x80\x02M\xe9\x03.", b"\x80\x02}.", &entries, keys, &6_u64.to_le_bytes(), &values].concat()
    }

    #[test]
    fn a_tensor_is_read_along_its_strides() {
        let tensors = read_checkpoint(&checkpoint()).expect("a checkpoint");
        assert_eq!(tensors["w"].shape(), [2, 3]);
        assert_eq!(tensors["w"].values(), [0.0, 2.0, 4.0, 1.0, 3.0, 5.0]);
    }

    #[test]
    fn a_call_of_anything_else_is_refused() {
        let bomb = b"\x80\x02cos\nsystem\nX\x02\x00\x00\x00ls\x85R.";
        let error = unpickle(&mut Reader { bytes: bomb, at: 0 }).expect_err("a refusal");
        assert_eq!(error, PickleError::Call("os.system".to_owned()));
        assert!(matches!(unpickle(&mut Reader { bytes: b"i", at: 0 }), Err(PickleError::Opcode { opcode: b'i', at: 0 })));
    }

    #[test]
    fn a_file_that_ends_early_is_an_error_wherever_it_ends() {
        let whole = checkpoint();
        for length in 0..whole.len() {
            assert!(read_checkpoint(&whole[..length]).is_err(), "{length} bytes");
        }
    }

    /// Each round puts the list into itself twice: in Python two references, in a copying machine twice the memory.
    #[test]
    fn lists_that_hold_themselves_take_no_memory() {
        let rounds = b"q\x00(h\x00h\x00e".repeat(200);
        let bomb = [b"\x80\x02]", &rounds[..], b"."].concat();
        assert!(matches!(unpickle(&mut Reader { bytes: &bomb, at: 0 }), Ok(Value::List(list)) if list.len() == 400));
    }

    #[test]
    fn values_are_not_nested_without_end() {
        let bomb = [b"\x80\x02)", &b"\x85".repeat(1_000_000)[..], b"."].concat();
        assert!(matches!(unpickle(&mut Reader { bytes: &bomb, at: 0 }), Err(Malformed(_))));
    }

    proptest! {
        #[test]
        fn broken_files_are_errors_and_no_panics(changes in prop::collection::vec((0_usize..600, any::<u8>()), 1..8)) {
            let mut bytes = checkpoint();
            for (at, byte) in changes {
                let at = at % bytes.len();
                bytes[at] = byte;
            }
            // Either is fine; a panic or endless memory is not.
            let _ = read_checkpoint(&bytes);
        }
    }
}

package dev.bantam.models.importer.onnx;

import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.bantam.models.ModelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks an ONNX file through, without holding it: the graph's inputs and outputs, what its weights
 * are, which files hold external data, and where these are named. Field numbers are those of
 * onnx.proto.
 */
final class GraphScan {

  /** What protobuf allows; larger models have external data. */
  private static final long MAX_BYTES = Integer.MAX_VALUE;

  /** A graph of a model with 4 B parameters has about 100,000. */
  private static final long MAX_FIELDS = 20_000_000;

  private static final int MAX_DEPTH = 48;
  private static final int MAX_VALUES = 1 << 13;
  private static final int MAX_VALUE_BYTES = 1 << 16;
  private static final int MAX_EDITS = 1 << 18;
  private static final int MAX_NAME = 1 << 10;

  private static final long GRAPH_INPUT = 11;
  private static final long GRAPH_OUTPUT = 12;
  private static final long NODE_INPUT = 1;
  private static final long NODE_OPERATOR = 4;
  private static final long TENSOR_NAME = 8;

  private final Path file;
  private final ProtobufInput in;
  private final Map<String, ValueInfoProto> inputs = new LinkedHashMap<>();
  private final Map<String, ValueInfoProto> outputs = new LinkedHashMap<>();
  private final ExternalFiles externalFiles;
  private final WeightStatistics weights = new WeightStatistics();
  private final WeightMemory memory = new WeightMemory();
  private final List<Edit> edits = new ArrayList<>();
  private long fields;
  private int graphs;

  private GraphScan(Path file, ProtobufInput in) {
    this.file = file;
    this.in = in;
    this.externalFiles = new ExternalFiles(file);
  }

  /**
   * What a scan has found.
   *
   * @param externalFiles files beside the graph, in the order in which they are first named
   * @param edits places to change, from the file's beginning to its end
   */
  record Found(
      Map<String, ValueInfoProto> inputs,
      Map<String, ValueInfoProto> outputs,
      WeightStatistics weights,
      WeightMemory memory,
      List<Path> externalFiles,
      List<Edit> edits) {}

  /**
   * @throws ModelException {@code MALFORMED} if it is no ONNX model, or names external data that
   *     are not there or lie elsewhere
   */
  static Found of(Path file) throws ModelException {
    try (ProtobufInput in = new ProtobufInput(file)) {
      return new GraphScan(file, in).scan();
    }
  }

  private Found scan() throws ModelException {
    require(in.size() <= MAX_BYTES, "it has %d bytes; a graph has less than 2 GiB", in.size());
    long unused = message(Message.MODEL, in.size(), 0);
    require(graphs == 1, "it holds %d graphs instead of one", graphs);
    edits.sort(Comparator.comparingLong(Edit::offset));
    return new Found(inputs, outputs, weights, memory, externalFiles.files(), List.copyOf(edits));
  }

  /** Reads a message; by how many bytes it grows by the edits within. */
  private long message(Message kind, long end, int depth) throws ModelException {
    require(depth <= MAX_DEPTH, "it is nested more than %d deep", MAX_DEPTH);
    if (kind == Message.ENTRY) {
      throw new IllegalArgumentException("an entry is read as a whole");
    }
    MessageHeader header = new MessageHeader();
    ExternalEntries external = new ExternalEntries();
    long growth = 0;
    while (in.position() < end) {
      long key = in.varint(end);
      require(++fields <= MAX_FIELDS, "it has more than %d fields", MAX_FIELDS);
      long field = key >>> 3;
      int wire = (int) (key & 7);
      switch (wire) {
        case ProtobufInput.VARINT -> header.number(kind, field, in.varint(end));
        case ProtobufInput.FIXED64 -> skip(Long.BYTES, end);
        case ProtobufInput.FIXED32 -> skip(Integer.BYTES, end);
        case ProtobufInput.BYTES -> growth += bytes(kind, field, end, depth, header, external);
        default ->
            throw OnnxErrors.malformed(
                file, "byte %d begins no field of a message".formatted(in.position()));
      }
    }
    if (kind == Message.TENSOR) {
      weights.add(header.type(), header.matrixElements());
      memory.tensor(header, external.get(ExternalEntries.LOCATION).isPresent());
      externalFiles.check(external);
    } else if (kind == Message.NODE) {
      memory.node(header);
    }
    return growth;
  }

  private long bytes(
      Message kind, long field, long end, int depth, MessageHeader header, ExternalEntries external)
      throws ModelException {
    long lengthAt = in.position();
    long length = in.varint(end);
    long start = in.position();
    require(length >= 0 && length <= end - start, "a length at byte %d is wrong", lengthAt);
    Message child = kind.child(field);
    long growth = 0;
    if (child == Message.ENTRY) {
      growth = entry(external, start + length);
    } else if (child != null) {
      graphs += kind == Message.MODEL && child == Message.GRAPH ? 1 : 0;
      growth = message(child, start + length, depth + 1);
    } else {
      leaf(kind, field, length, depth, header);
    }
    in.seek(start + length);
    return growth == 0
        ? 0
        : growth + lengthened(lengthAt, (int) (start - lengthAt), length + growth);
  }

  /** Of a field that holds no message that matters. */
  private void leaf(Message kind, long field, long length, int depth, MessageHeader header)
      throws ModelException {
    if (kind == Message.GRAPH && depth == 1 && field == GRAPH_INPUT) {
      value(inputs, length);
    } else if (kind == Message.GRAPH && depth == 1 && field == GRAPH_OUTPUT) {
      value(outputs, length);
    } else if (kind == Message.NODE && field == NODE_OPERATOR) {
      header.named(text(length));
      weights.operator(header.name());
    } else if (kind == Message.NODE && field == NODE_INPUT) {
      header.takes(length <= MAX_NAME ? text(length) : "");
    } else if (kind == Message.TENSOR && field == TENSOR_NAME) {
      header.named(length <= MAX_NAME ? text(length) : "");
    } else if (kind == Message.TENSOR && field == MessageHeader.DIMENSION) {
      long end = in.position() + length;
      while (in.position() < end) {
        header.number(kind, field, in.varint(end));
      }
    }
  }

  private void value(Map<String, ValueInfoProto> values, long length) throws ModelException {
    require(length <= MAX_VALUE_BYTES, "an input or output is described in %d bytes", length);
    require(values.size() < MAX_VALUES, "it has more than %d inputs or outputs", MAX_VALUES);
    try {
      ValueInfoProto value = ValueInfoProto.parseFrom(in.bytes((int) length));
      values.put(value.getName(), value);
    } catch (InvalidProtocolBufferException e) {
      throw OnnxErrors.malformed(file, "an input or output is no description of one");
    }
  }

  /** An entry of a tensor's external data: a key and a value. */
  private long entry(ExternalEntries external, long end) throws ModelException {
    String key = "";
    String value = "";
    long valueLengthAt = 0;
    long valueAt = 0;
    int values = 0;
    while (in.position() < end) {
      long tag = in.varint(end);
      require(++fields <= MAX_FIELDS, "it has more than %d fields", MAX_FIELDS);
      require((tag & 7) == ProtobufInput.BYTES, "external data are described wrongly");
      long lengthAt = in.position();
      long length = in.varint(end);
      long at = in.position();
      require(length >= 0 && length <= end - at, "a length at byte %d is wrong", lengthAt);
      String text = text(length);
      in.seek(at + length);
      if (tag >>> 3 == 1) {
        key = text;
      } else {
        value = text;
        valueLengthAt = lengthAt;
        valueAt = at;
        values++;
      }
    }
    require(values == 1, "an entry of external data has %d values instead of one", values);
    external.put(key, value);
    return key.equals(ExternalEntries.LOCATION) ? renamed(value, valueLengthAt, valueAt) : 0;
  }

  private long renamed(String location, long lengthAt, long at) throws ModelException {
    externalFiles.add(location);
    int length = location.getBytes(StandardCharsets.UTF_8).length;
    add(new Edit.Location(at, length, location));
    long growth = EditedCopy.NAME_BYTES - length;
    return growth + lengthened(lengthAt, (int) (at - lengthAt), EditedCopy.NAME_BYTES);
  }

  private long lengthened(long offset, int bytes, long value) throws ModelException {
    add(new Edit.Length(offset, bytes, value));
    return EditedCopy.varintBytes(value) - bytes;
  }

  private void add(Edit edit) throws ModelException {
    require(edits.size() < MAX_EDITS, "it names external data in too many places");
    edits.add(edit);
  }

  private String text(long length) throws ModelException {
    require(length <= MAX_NAME, "a name has %d bytes", length);
    return new String(in.bytes((int) length), StandardCharsets.UTF_8);
  }

  private void skip(int bytes, long end) throws ModelException {
    require(bytes <= end - in.position(), "it ends within a number, at byte %d", in.position());
    in.seek(in.position() + bytes);
  }

  private void require(boolean sound, String problem, Object... arguments) throws ModelException {
    if (!sound) {
      throw OnnxErrors.malformed(file, problem.formatted(arguments));
    }
  }
}

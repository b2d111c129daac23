package dev.bantam.inference.encoder;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.bantam.format.EncoderConfig;
import dev.bantam.inference.session.GuardedSession;
import dev.bantam.inference.session.NativeBuffer;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The memory of one run at a time, kept from run to run and grown as needed: inputs {@code [batch,
 * sequence]}, and the outputs that are asked for. Not thread-safe.
 */
final class Workspace implements AutoCloseable {

  private final OrtEnvironment environment;
  private final EncoderConfig config;
  private final EncoderOutputs outputs;
  private final List<NativeBuffer> inputBuffers = new ArrayList<>();
  private final List<NativeBuffer> outputBuffers = new ArrayList<>();
  private int inputSize;
  private int outputSize;

  Workspace(OrtEnvironment environment, EncoderConfig config, EncoderOutputs outputs) {
    this.environment = environment;
    this.config = config;
    this.outputs = outputs;
  }

  /**
   * Runs one batch, padded to its longest text.
   *
   * @return the outputs' memory in their order, until the next run
   */
  List<FloatBuffer> run(GuardedSession session, List<EncoderInput> batch, int sequence)
      throws TaskException {
    reserve(batch.size() * sequence, outputs.elements(batch.size(), sequence));
    long[] shape = {batch.size(), sequence};
    Map<String, OnnxTensor> given = new LinkedHashMap<>();
    Map<String, OnnxTensor> made = new LinkedHashMap<>();
    try {
      given.put(EncoderOutputs.IDS, ids(batch, shape));
      given.put(EncoderOutputs.MASK, mask(batch, shape));
      if (config.tokenTypes()) {
        given.put(EncoderOutputs.TYPES, types(batch, shape));
      }
      List<FloatBuffer> memory = new ArrayList<>();
      for (String name : outputs.names()) {
        FloatBuffer floats =
            outputBuffers
                .get(memory.size())
                .floats()
                .slice(0, outputs.elements(batch.size(), sequence));
        memory.add(floats);
        made.put(
            name,
            OnnxTensor.createTensor(environment, floats, outputs.shape(batch.size(), sequence)));
      }
      session.run(given, made);
      return memory;
    } catch (OrtException e) {
      throw new TaskException(
          ErrorCode.MODEL_UNUSABLE, "ONNX Runtime refuses the model's inputs: " + e, e);
    } finally {
      given.values().forEach(OnnxTensor::close);
      made.values().forEach(OnnxTensor::close);
    }
  }

  private void reserve(int places, int elements) {
    if (places > inputSize) {
      close(inputBuffers);
      inputSize = 0;
      for (int i = 0; i < 3; i++) {
        inputBuffers.add(NativeBuffer.ofLongs(places));
      }
      inputSize = places;
    }
    if (elements > outputSize) {
      close(outputBuffers);
      outputSize = 0;
      for (String name : outputs.names()) {
        outputBuffers.add(NativeBuffer.ofFloats(elements));
      }
      outputSize = elements;
    }
  }

  private OnnxTensor ids(List<EncoderInput> batch, long[] shape) throws OrtException {
    return tensor(0, batch, shape, (input, i) -> input.ids()[i], config.padTokenId());
  }

  private OnnxTensor mask(List<EncoderInput> batch, long[] shape) throws OrtException {
    return tensor(1, batch, shape, (input, i) -> 1, 0);
  }

  private OnnxTensor types(List<EncoderInput> batch, long[] shape) throws OrtException {
    return tensor(2, batch, shape, (input, i) -> input.types()[i], 0);
  }

  private interface Element {
    int of(EncoderInput input, int index);
  }

  private OnnxTensor tensor(
      int buffer, List<EncoderInput> batch, long[] shape, Element element, int padding)
      throws OrtException {
    int sequence = (int) shape[1];
    LongBuffer values =
        inputBuffers.get(buffer).longs().slice(0, Math.multiplyExact(batch.size(), sequence));
    int place = 0;
    for (EncoderInput input : batch) {
      for (int i = 0; i < sequence; i++) {
        values.put(place++, i < input.size() ? element.of(input, i) : padding);
      }
    }
    return OnnxTensor.createTensor(environment, values, shape);
  }

  /** Elements that are kept for the next run. */
  long size() {
    return outputSize;
  }

  private static void close(List<NativeBuffer> buffers) {
    buffers.forEach(NativeBuffer::close);
    buffers.clear();
  }

  @Override
  public void close() {
    close(inputBuffers);
    close(outputBuffers);
  }
}

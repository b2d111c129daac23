package dev.bantam.inference.selftest;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.bantam.inference.selftest.KernelCase.Input;
import dev.bantam.inference.selftest.KernelCase.Output;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Runs a kernel's graph, compares what comes out, and takes the time. */
final class KernelTrial implements AutoCloseable {

  private static final int MOST_RUNS = 25;
  private static final long ENOUGH_NANOS = 10_000_000;

  private final KernelCase kernel;
  private final OrtSession session;
  private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();

  /**
   * @param options how the graph is to be run
   */
  KernelTrial(
      OrtEnvironment environment,
      KernelCase kernel,
      byte[] graph,
      OrtSession.SessionOptions options)
      throws OrtException {
    this.kernel = kernel;
    this.session = environment.createSession(graph, options);
    for (Input input : kernel.inputs()) {
      inputs.put(input.name(), tensor(environment, input));
    }
  }

  private static OnnxTensor tensor(OrtEnvironment environment, Input input) throws OrtException {
    return switch (input.type()) {
      case FLOAT ->
          OnnxTensor.createTensor(environment, FloatBuffer.wrap(input.floats()), input.shape());
      case INT8 ->
          OnnxTensor.createTensor(
              environment, ByteBuffer.wrap(input.bytes()), input.shape(), OnnxJavaType.INT8);
      case INT32 ->
          OnnxTensor.createTensor(environment, IntBuffer.wrap(input.ints()), input.shape());
      case INT64 ->
          OnnxTensor.createTensor(environment, LongBuffer.wrap(input.longs()), input.shape());
    };
  }

  /** What is wrong with the results; empty if nothing is. */
  Optional<String> fault() throws OrtException {
    try (OrtSession.Result result = session.run(inputs)) {
      for (Output output : kernel.outputs()) {
        OnnxValue found = result.get(output.name()).orElseThrow();
        Optional<String> fault = fault(output, (OnnxTensor) found);
        if (fault.isPresent()) {
          return fault;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> fault(Output output, OnnxTensor found) {
    float[] values = values(found);
    double[] expected = output.values();
    if (values.length != expected.length) {
      return Optional.of(
          "output %s has %d elements, not %d"
              .formatted(output.name(), values.length, expected.length));
    }
    for (int i = 0; i < expected.length; i++) {
      // Not ">": no comparison with NaN is true.
      if (!(Math.abs(values[i] - expected[i]) <= output.tolerance())) {
        return Optional.of(
            "element %d of output %s is %s, expected %s within %s"
                .formatted(i, output.name(), values[i], expected[i], output.tolerance()));
      }
    }
    return Optional.empty();
  }

  private static float[] values(OnnxTensor found) {
    if (found.getInfo().type == OnnxJavaType.INT8) {
      ByteBuffer bytes = found.getByteBuffer();
      float[] values = new float[bytes.remaining()];
      for (int i = 0; i < values.length; i++) {
        values[i] = bytes.get(i);
      }
      return values;
    }
    FloatBuffer floats = found.getFloatBuffer();
    float[] values = new float[floats.remaining()];
    floats.get(values);
    return values;
  }

  /** The median time of a run, in nanoseconds. */
  long medianNanos() throws OrtException {
    long[] nanos = new long[MOST_RUNS];
    long begin = System.nanoTime();
    int runs = 0;
    while (runs < MOST_RUNS && (runs == 0 || System.nanoTime() - begin < ENOUGH_NANOS)) {
      long start = System.nanoTime();
      session.run(inputs).close();
      nanos[runs++] = System.nanoTime() - start;
    }
    Arrays.sort(nanos, 0, runs);
    return nanos[runs / 2];
  }

  @Override
  public void close() throws OrtException {
    inputs.values().forEach(OnnxTensor::close);
    session.close();
  }
}

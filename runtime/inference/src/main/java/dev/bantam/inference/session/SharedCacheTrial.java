package dev.bantam.inference.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.bantam.format.DecoderConfig;
import dev.bantam.spi.TaskException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Runs one token with the same buffers as past and as present, longer than it needs. A graph whose
 * attention writes in place leaves their length as it is; one that appends to the past makes longer
 * ones, which ONNX Runtime refuses to put there. Nothing in the graph's inputs and outputs tells
 * one from the other.
 */
final class SharedCacheTrial {

  /** Positions of the trial's cache, if the graph wants no other number. */
  private static final int LENGTH = 4;

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final DecoderConfig config;
  private final GraphLayout layout;

  SharedCacheTrial(
      OrtEnvironment environment, OrtSession session, DecoderConfig config, GraphLayout layout) {
    this.environment = environment;
    this.session = session;
    this.config = config;
    this.layout = layout.withSharedCache(true);
  }

  /** Whether the graph ran so. */
  boolean succeeds() throws OrtException, TaskException {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    Map<String, OnnxValue> outputs = new HashMap<>();
    try (KvCache cache = new SharedKvCache(environment, config, layout, LENGTH, inputs, outputs);
        StepTensors step =
            new StepTensors(environment, layout, 1, config.vocabSize(), inputs, outputs)) {
      cache.ensure(1, 0);
      step.bind(new int[] {0}, 0, 1, 0, 0, 1);
      return runs(inputs, outputs);
    }
  }

  private boolean runs(Map<String, OnnxTensor> inputs, Map<String, OnnxValue> outputs)
      throws OrtException {
    try (OrtSession.RunOptions quiet = new OrtSession.RunOptions()) {
      quiet.setLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      session.run(inputs, Set.of(), outputs, quiet).close();
      return true;
    } catch (OrtException e) {
      if (SessionFactory.isOutOfMemory(String.valueOf(e.getMessage()))) {
        throw e;
      }
      return false;
    }
  }
}

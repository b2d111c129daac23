package dev.bantam.inference.session;

import ai.onnxruntime.OnnxTensor;
import java.util.ArrayDeque;
import java.util.Deque;

/** Tensors and the buffers under them, freed in the opposite order of their making. */
final class Resources implements AutoCloseable {

  private final Deque<Runnable> closers = new ArrayDeque<>();

  NativeBuffer add(NativeBuffer buffer) {
    closers.push(buffer::close);
    return buffer;
  }

  OnnxTensor add(OnnxTensor tensor) {
    closers.push(tensor::close);
    return tensor;
  }

  @Override
  public void close() {
    while (!closers.isEmpty()) {
      closers.pop().run();
    }
  }
}

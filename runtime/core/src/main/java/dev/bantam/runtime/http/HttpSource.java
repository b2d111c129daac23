package dev.bantam.runtime.http;

import io.vertx.core.Future;

/** What is told over HTTP. Asked on the runtime's context. */
public interface HttpSource {

  /** Whether the device can be asked. */
  Readiness readiness();

  /** The device now. */
  Future<Snapshot> snapshot();
}

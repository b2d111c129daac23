package dev.bantam.spi;

/**
 * The memory that a device has for requests. What a request reserves is its own until it is
 * answered; the runtime gives it back.
 */
@FunctionalInterface
public interface RequestMemory {

  /** As much as anybody asks for. */
  RequestMemory UNBOUNDED = bytes -> {};

  /**
   * Reserves memory, once a request and before it is taken. Blocking: waits until other requests
   * have given back what this one needs, in the order in which they asked.
   *
   * @param bytes that answering takes at most, besides what the model takes at rest
   * @throws TaskException with {@link ErrorCode#MEMORY_EXCEEDED} if the device does not have so
   *     much for all requests together; with the request's own reason to end early, such as {@link
   *     ErrorCode#EXPIRED} or {@link ErrorCode#CANCELLED}
   */
  void reserve(long bytes) throws TaskException;
}

/**
 * The process that answers. Enter by {@link dev.bantam.runtime.BantamRuntime}, which puts the parts
 * together: configuration, device profile, plugins, models in slots, dispatcher, MQTT.
 *
 * <p>A request goes through six hops; {@code RequestPathIT} walks them:
 *
 * <ol>
 *   <li>{@code mqtt.MqttGateway} decodes the PUBLISH and its MQTT 5 properties and moves to the
 *       Vert.x context
 *   <li>{@code dispatch.RequestDispatcher} admits or refuses: queue bound, deadline, unknown task
 *   <li>{@code slot.ModelSlot.acquire()} counts a lease on one immutable model version, taken
 *       before the request is queued
 *   <li>{@code spi.LoadedModel.handle()}, the plugin's handler, is plain blocking code on a worker
 *       thread; it gives pieces of text to a sink and watches a cancellation token
 *   <li>{@code inference.generation.GenerationLoop} does prefill, decode, sampling and stop for all
 *       requests under way, on a thread of its own; each has a KV cache, or a row of one that
 *       several share
 *   <li>{@code mqtt.ResponsePublisher} answers on the Response Topic with the Correlation Data; the
 *       request is acknowledged after the broker has taken the answer, in the order the requests
 *       came
 * </ol>
 *
 * <p>Threads: a runtime lives on one Vert.x context; its public methods may be called by any
 * thread.
 */
@NullMarked
package dev.bantam.runtime;

import org.jspecify.annotations.NullMarked;

/**
 * The process that answers. Enter by {@link dev.bantam.runtime.BantamRuntime}, which puts the parts
 * together: configuration, device profile, plugins, models in slots, dispatcher, MQTT.
 *
 * <p>A request goes through six hops: {@code mqtt.MqttGateway} decodes it, {@code
 * dispatch.RequestDispatcher} admits it, {@code slot.ModelSlot} leases it a model, the plugin's
 * handler answers it on a worker thread, the inference toolkit's generator makes the text, and
 * {@code mqtt.ResponsePublisher} sends it.
 *
 * <p>Threads: a runtime lives on one Vert.x context; its public methods may be called by any
 * thread.
 */
@NullMarked
package dev.bantam.runtime;

import org.jspecify.annotations.NullMarked;

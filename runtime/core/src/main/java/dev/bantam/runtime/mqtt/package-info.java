/**
 * MQTT in and out: the first and the last hop of a request's path. Enter by {@link
 * dev.bantam.runtime.mqtt.MqttGateway}.
 *
 * <p>{@link dev.bantam.runtime.mqtt.MqttConnection} keeps one connection to the broker alive and is
 * the only class that other classes here talk to MQTT through. Below it, {@code PahoSession} is one
 * network connection of the Eclipse Paho client, and {@code WireRepair} changes the few packets
 * that Paho cannot stand before Paho sees them.
 *
 * <p><strong>Threads.</strong> One Vert.x context owns all state of a gateway and its connections.
 * Everything public here is called on it. Paho's own threads only copy what they bring and hand it
 * over.
 */
@NullMarked
package dev.bantam.runtime.mqtt;

import org.jspecify.annotations.NullMarked;

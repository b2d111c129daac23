/**
 * The embedded MQTT broker of the zero-setup default: MQTT 5 and 3.1.1 for one machine.
 *
 * <p>Enter by {@link dev.bantam.broker.EmbeddedBroker}. It keeps everything in memory and loses it
 * when it stops. It has no cluster and no access lists. It listens on loopback; a second listener
 * for other machines ({@link dev.bantam.broker.Outside}) asks for a name and a password, and
 * encrypts where it has a certificate. For rights by user, and for what outlives a restart, use
 * mosquitto or a clustered broker and name it by {@code mqtt.url}.
 *
 * <p>Everything is bounded ({@link dev.bantam.broker.BrokerOptions}). When a subscriber is too slow
 * or away for too long, its oldest QoS 0 messages go first. Where that is not enough, the new
 * message is dropped for this subscriber and counted; a QoS 1 or 2 publisher whose message no
 * subscriber could take gets reason code 0x97 (quota exceeded).
 *
 * <p>QoS 2 is offered: it costs one small state per message, and sensors exist that use nothing
 * else. Topic aliases are not offered (Topic Alias Maximum 0): they save little on loopback and
 * break widely used clients.
 *
 * <p>Known limits, given by vertx-mqtt: a client that never reads while it floods packets is
 * bounded in what is published to it, not in the acknowledgements it causes; an acknowledgement
 * with an unknown reason code is ignored, its connection stays.
 *
 * <p>The tests follow the numbered statements of MQTT 5 and run against mosquitto too; where the
 * two differ, the enumeration {@code Difference} among the tests says how and why.
 *
 * <p>Thread rule: all state belongs to one Vert.x event loop context, that of {@code
 * BrokerVerticle}. No class here locks, and none but {@code EmbeddedBroker} may be called from
 * elsewhere.
 */
@NullMarked
package dev.bantam.broker;

import org.jspecify.annotations.NullMarked;

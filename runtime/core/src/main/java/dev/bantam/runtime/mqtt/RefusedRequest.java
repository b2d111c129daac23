package dev.bantam.runtime.mqtt;

import java.util.Locale;

/** Why a message was acknowledged without being executed or answered; counted and logged. */
enum RefusedRequest {
  /** A retained message on a task topic: it would be executed again at each start. */
  RETAINED,
  /** Nobody could hear the answer: no Response Topic on a task topic. */
  NO_RESPONSE_TOPIC,
  /** The Response Topic is not one that answers may go to. */
  RESPONSE_TOPIC_NOT_ALLOWED,
  /** Not the topic of a request. */
  UNKNOWN_TOPIC,
  /** A cancel that names no request in flight, or more than one. */
  CANCEL_WITHOUT_REQUEST;

  /** The word in counts and events. */
  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}

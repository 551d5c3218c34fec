import { countOperation } from '../endpoint/operations';
import type { EventBusPort, QueuePort, StateMachinePort, TopicPort } from '../ports';

/** Counts what services of this process do to queues; on AWS each of these is a request that is paid for. */
export function countedQueues(queues: QueuePort): QueuePort {
  return {
    send(queueArn, message) {
      countOperation('sqs', 'SendMessage (delivery)');
      return queues.send(queueArn, message);
    },
    receive(queueArn, options) {
      countOperation('sqs', 'ReceiveMessage (event source)');
      return queues.receive(queueArn, options);
    },
    delete(queueArn, receiptHandles) {
      countOperation('sqs', 'DeleteMessageBatch (event source)', Math.ceil(receiptHandles.length / 10));
      return queues.delete(queueArn, receiptHandles);
    },
    changeVisibility(queueArn, receiptHandle, seconds) {
      countOperation('sqs', 'ChangeMessageVisibility (event source)');
      return queues.changeVisibility(queueArn, receiptHandle, seconds);
    },
    depth: (queueArn) => queues.depth(queueArn),
  };
}

export function countedTopics(topics: TopicPort): TopicPort {
  return {
    publish(message) {
      countOperation('sns', 'Publish (delivery)');
      return topics.publish(message);
    },
  };
}

export function countedBus(bus: EventBusPort): EventBusPort {
  return {
    putEvents(entries) {
      countOperation('events', 'PutEvents (in process)');
      return bus.putEvents(entries);
    },
  };
}

export function countedStateMachines(stateMachines: StateMachinePort): StateMachinePort {
  return {
    startExecution(input) {
      countOperation('states', 'StartExecution (target)');
      return stateMachines.startExecution(input);
    },
  };
}

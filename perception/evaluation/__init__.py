"""How well perception perceives: tasks, their protocols, scores, and a report with pictures."""

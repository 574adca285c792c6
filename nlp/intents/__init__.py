"""The rules of each intent, over slots, cues and surroundings."""
